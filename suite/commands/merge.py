"""join results folders that several machines made of one experiment"""

import argparse
from dataclasses import asdict

from suite.commands import add_json, show, warn
from suite.errors import RequestError
from suite.files.paths import real
from suite.results.folders import existing
from suite.results.store import Store


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "directories", metavar="DIR", nargs="+", help="the experiment's results folder from each machine"
    )
    parser.add_argument("--into", metavar="DIR", required=True, help="the results folder that all runs are copied to")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Copy the runs that the `--into` folder lacks. Return 1 if folders are in conflict or a file is unreadable."""
    from suite.results.merge import merge

    into = Store(chosen.into)
    stores = {real(name): existing(name) for name in chosen.directories}
    stores.pop(real(into.root), None)
    if len(stores) + into.path("experiment").exists() < 2:
        raise RequestError("nothing to merge: name at least two results folders, and the one to copy to with --into")
    merged = merge(list(stores.values()), into)
    warn(f"{fault}; not merged, left as it is" for fault in merged.unreadable)
    last = f"{merged.runs} runs in all folders, {merged.copied} copied to '{into.root}'"
    show(chosen, {"into": str(into.root)} | asdict(merged), [*(f"conflict: {one}" for one in merged.conflicts), last])
    return 1 if merged.conflicts or merged.unreadable else 0
