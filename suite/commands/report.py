"""rebuilds the report of a results folder from its records alone"""

import argparse

from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")


def execute(chosen: argparse.Namespace) -> int:
    """Writes the report and prints the path of its page."""
    store = existing(chosen.directory)
    from suite.report import write

    print(f"report: {write(store.root)}")
    return 0
