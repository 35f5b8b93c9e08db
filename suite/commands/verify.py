"""retrain stored runs and compare their numbers"""

import argparse
from dataclasses import asdict

from suite.commands import add_directory, add_json, warn
from suite.errors import check_at_least
from suite.experiment.loading import file_of
from suite.experiment.validation import MOST_RUNS
from suite.process.standard_output import print_json
from suite.results.folders import existing
from suite.text import printable


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument("--runs", metavar="N", type=int, default=3, help="number of runs to retrain (default: 3)")
    what = "the experiment file, which is run; needed if it declares tasks or architectures of its own"
    parser.add_argument("--file", metavar="FILE", help=what)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Repeat runs and print a line for each. Return 1 if one differs despite the same versions and the same device."""
    check_at_least("runs", chosen.runs, 1, MOST_RUNS)
    store = existing(chosen.directory)
    from suite.runner.verify import verify

    if chosen.file and (file := file_of(chosen.file)).is_file():
        warn([f"running the experiment file '{file}'"])
    checks = []
    for check in verify(store, chosen.runs, chosen.file):
        checks.append(check)
        if not chosen.json:
            print(printable(f"{check}"), flush=True)
    if chosen.json:
        print_json({"runs": [asdict(check) | {"unexplained": check.unexplained} for check in checks]})
    return 1 if any(check.unexplained for check in checks) else 0
