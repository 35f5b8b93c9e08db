"""retrain stored runs and compare their numbers"""

import argparse
from dataclasses import asdict

from suite.commands import add_directory, add_json, print_json
from suite.errors import check_at_least
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument("--runs", metavar="N", type=int, default=3, help="number of runs to retrain (default: 3)")
    parser.add_argument("--file", metavar="FILE", help="the experiment file, if it has moved")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Repeat runs and print a line for each. Return 1 if one differs despite the same versions and the same device."""
    check_at_least("runs", chosen.runs, 1)
    store = existing(chosen.directory)
    from suite.runner.verify import verify

    checks = []
    for check in verify(store, chosen.runs, chosen.file):
        checks.append(check)
        if not chosen.json:
            print(check, flush=True)
    if chosen.json:
        print_json({"runs": [asdict(check) | {"unexplained": check.unexplained} for check in checks]})
    return 1 if any(check.unexplained for check in checks) else 0
