"""store the records of each cell in one file, for publishing results; every command reads them there, too"""

import argparse
from collections.abc import Collection
from dataclasses import asdict

from suite.commands import add_directory, add_json, show, warn
from suite.results.folders import existing, experiment_of
from suite.results.store import Store
from suite.text import several


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument(
        "--keep",
        choices=("all", "recommended", "none"),
        default="all",
        help="the final runs that keep their model and predictions: all (the default), one of the architecture to use "
        "for each task, or none; what intervals need is always kept",
    )
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Pack the records. Return 1 if a file is unreadable, which is left as it is."""
    store = existing(chosen.directory)
    from suite.results.pack import pack

    experiment_of(store)
    packing = pack(store, kept(store, chosen.keep))
    warn(f"{fault}; left as it is" for fault in packing.unreadable)
    line = f"{several(packing.records, 'record')} packed in {several(packing.files, 'file')}"
    if packing.removed:
        line += f"; {several(packing.removed, 'file')} of models and predictions removed"
    show(chosen, {"directory": str(store.root)} | asdict(packing), [line])
    return 1 if packing.unreadable else 0


def kept(store: Store, which: str) -> Collection[str] | None:
    """Return the ids of the runs that keep their model and predictions; None for all."""
    if which == "recommended":
        from suite.analysis.best import runs_to_use
        from suite.results.results import load

        return runs_to_use(load(store.root))
    return None if which == "all" else ()
