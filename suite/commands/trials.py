"""every search run of a results folder as a table"""

import argparse
import sys

from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")
    parser.add_argument("--csv", action="store_true", help="comma-separated values, a column a hyperparameter")


def execute(chosen: argparse.Namespace) -> int:
    """Prints values, score, epochs, seconds and status of every trial."""
    store = existing(chosen.directory)
    from suite.results.results import Results
    from suite.results.trials import lines, table

    results = Results(store)
    for fault in results.unreadable.values():
        print(f"suite: {fault}", file=sys.stderr)
    found = table(results)
    print(found.to_csv(index=False, lineterminator="\n") if chosen.csv else "\n".join([*lines(found), ""]), end="")
    return 0
