"""runs stored runs again and compares their numbers"""

import argparse

from suite.errors import check_at_least
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")
    parser.add_argument("--runs", metavar="N", type=int, default=3, help="how many of the runs (default: 3)")
    parser.add_argument("--file", metavar="FILE", help="the experiment file, when it is not where it was")


def execute(chosen: argparse.Namespace) -> int:
    """Prints a line a run; 1 when one differs with the same versions on the same device."""
    check_at_least("runs", chosen.runs, 1)
    store = existing(chosen.directory)
    from suite.runner.verify import verify

    unexplained = False
    for check in verify(store, chosen.runs, chosen.file):
        print(check, flush=True)
        unexplained |= check.unexplained
    return 1 if unexplained else 0
