"""joins results folders of one experiment made on several machines"""

import argparse
import sys
from pathlib import Path

from suite.errors import RequestError
from suite.results.store import Store, existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directories", metavar="DIR", nargs="+", help="results/<experiment>, on each machine")
    parser.add_argument("--into", metavar="DIR", required=True, help="the folder that all runs go to")


def execute(chosen: argparse.Namespace) -> int:
    """Copies what `--into` does not hold; 1 when folders contradict each other or hold what cannot be read."""
    from suite.results.merge import merge

    into = Store(chosen.into)
    stores = {Path(name).resolve(): existing(name) for name in chosen.directories}
    stores.pop(into.root.resolve(), None)
    if len(stores) + into.path("experiment").exists() < 2:
        raise RequestError("nothing to merge: name at least two results folders, and with --into where they go")
    merged = merge(list(stores.values()), into)
    for fault in merged.unreadable:
        print(f"suite: {fault}; left as it is", file=sys.stderr)
    for conflict in merged.conflicts:
        print(f"conflict: {conflict}")
    print(f"{merged.runs} runs in all folders, {merged.copied} copied to '{into.root}'")
    return 1 if merged.conflicts or merged.unreadable else 0
