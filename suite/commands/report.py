"""rewrite the report of a results folder from its records alone"""

import argparse

from suite.commands import add_directory, add_json, show
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Write the report and print the path of its page."""
    store = existing(chosen.directory)
    from suite.report import write

    page = write(store.root)
    show(chosen, {"report": str(page)}, [f"report: {page}"])
    return 0
