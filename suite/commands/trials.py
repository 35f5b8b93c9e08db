"""print every trial of a results folder as a table"""

import argparse

from suite.commands import add_directory, warn
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument(
        "--csv", action="store_true", help="print comma-separated values with one column per hyperparameter"
    )


def execute(chosen: argparse.Namespace) -> int:
    """Print the configuration, score, epochs, seconds and status of each trial."""
    store = existing(chosen.directory)
    from suite.results.results import load
    from suite.results.trials import lines, table
    from suite.text import csv, printable

    results = load(store.root)
    warn(results.unreadable.values())
    found = table(results)
    print(csv(found) if chosen.csv else "\n".join([*map(printable, lines(found)), ""]), end="")
    return 0
