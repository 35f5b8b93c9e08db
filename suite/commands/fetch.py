"""download and verify the files of tasks ahead of time"""

import argparse

from suite.commands import add_json, print_json, warn
from suite.errors import UnavailableError


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("tasks", metavar="TASK", nargs="*", help="tasks whose files are fetched (default: all tasks)")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Fetch the files of the named tasks, or of all tasks. Return 1 if some files are unavailable."""
    from suite.tasks.datasets.download import fetch
    from suite.tasks.task import TASKS

    entries = [*map(TASKS.get, chosen.tasks)] or TASKS.entries()
    files: list[str] = []
    unavailable: list[str] = []
    for data_set in dict.fromkeys(entry.data_set for entry in entries if entry.data_set):
        try:
            found = [str(path) for path in fetch(data_set)]
            files += found
            if not chosen.json:
                print("\n".join(found), flush=True)
        except UnavailableError as error:
            unavailable.append(str(error))
            warn(unavailable[-1:])
    if chosen.json:
        print_json({"files": files, "unavailable": unavailable})
    elif not (files or unavailable):
        print("these tasks need no files")
    return 1 if unavailable else 0
