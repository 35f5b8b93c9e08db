"""download and verify the files of tasks ahead of time, or say where a published study is"""

import argparse
from pathlib import Path

from suite.commands import add_json, warn
from suite.errors import UnavailableError
from suite.process.standard_output import print_json
from suite.results.published import BEGINNING, published, where_to_get


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "tasks",
        metavar="TASK",
        nargs="*",
        help="tasks whose files are fetched (default: all tasks), and published studies (reference-...) to locate",
    )
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Fetch the files of the named tasks, or of all tasks, and locate studies. Return 1 if some are unavailable."""
    from suite.tasks.datasets.download import fetch
    from suite.tasks.task import TASKS

    studies = [name for name in chosen.tasks if name.startswith(BEGINNING)]
    entries = [TASKS.get(name) for name in chosen.tasks if name not in studies]
    entries = entries if chosen.tasks else TASKS.entries()
    data_sets = dict.fromkeys(entry.data_set for entry in entries if entry.data_set)
    files: list[str] = []
    unavailable: list[str] = []
    for one in (*studies, *data_sets):
        try:
            found = [str(path) for path in (located(one) if isinstance(one, str) else fetch(one))]
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


def located(name: str) -> list[Path]:
    """Return the folder of a published study, alone in a list; raise UnavailableError, which says where it is."""
    if name not in published():
        raise UnavailableError(where_to_get(name))
    return [published()[name]]
