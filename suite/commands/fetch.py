"""downloads and verifies the files of tasks ahead of time"""

import argparse
import sys

from suite.errors import UnavailableError


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("tasks", metavar="TASK", nargs="*", help="only of these tasks (default: all)")


def execute(chosen: argparse.Namespace) -> int:
    """Fetches the files of the tasks named, or of all; 1 when some could not be had."""
    from suite.tasks.datasets.download import fetch
    from suite.tasks.task import TASKS

    entries = [TASKS.get(name) for name in chosen.tasks or TASKS.names()]
    data_sets = {entry.data_set: None for entry in entries if entry.data_set}
    failed = False
    for data_set in data_sets:
        try:
            print("\n".join(map(str, fetch(data_set))))
        except UnavailableError as error:
            print(f"suite: {error}", file=sys.stderr)
            failed = True
    if not data_sets:
        print("these tasks need no files")
    return 1 if failed else 0
