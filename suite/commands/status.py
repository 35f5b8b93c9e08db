"""count the runs of every cell (a task with an architecture): done, missing, failed, with the reasons"""

import argparse

from suite.commands import add_directory, add_json, show, warn
from suite.results.folders import existing
from suite.results.status import lines, status


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print the number of runs and the failures of each cell."""
    store = existing(chosen.directory)
    found = status(store)
    warn((store.closed() | store.unreadable()).values())
    show(chosen, found, lines(found))
    return 0
