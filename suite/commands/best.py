"""recommend an architecture and a configuration for each task, with the reason"""

import argparse
from dataclasses import asdict
from itertools import chain

from suite.commands import add_directory, add_json, show, warn
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument("--task", metavar="T", help="recommend for this task only")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print a recommendation per task, as a paragraph or in a JSON list."""
    store = existing(chosen.directory)
    from suite.analysis.best import best, lines
    from suite.results.results import load

    results = load(store.root)
    found = [best(results, task) for task in ([chosen.task] if chosen.task else results.task_names)]
    warn(results.unreadable.values())
    show(chosen, [asdict(one) for one in found], chain(*(lines(results, one) for one in found)))
    return 0
