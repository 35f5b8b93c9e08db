"""count the runs of every cell: done, missing, failed, with the reasons"""

import argparse

from suite.commands import add_directory, add_json, print_json, warn
from suite.results.status import lines, status
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print the counts and failures of every cell."""
    store = existing(chosen.directory)
    found = status(store)
    warn(store.unreadable().values())
    if chosen.json:
        print_json(found)
    else:
        print("\n".join(lines(found)))
    return 0
