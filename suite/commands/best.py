"""recommend an architecture and a configuration for each task, with the reason"""

import argparse

from suite.commands import add_directory, add_json, print_json, warn
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    parser.add_argument("--task", metavar="T", help="recommend for this task only")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print one paragraph per task, or a JSON list."""
    store = existing(chosen.directory)
    from suite.analysis.best import best
    from suite.results.results import load

    results = load(store.root)
    warn(results.unreadable.values())
    found = [best(results, task) for task in ([chosen.task] if chosen.task else results.task_names)]
    if chosen.json:
        print_json([one.plain() for one in found])
        return 0
    for one in found:
        note = " (provisional: fewer than ten pairs of runs)" if one.provisional else ""
        print(f"{one.task}: {one.verdict}{note}")
        if one.hyperparameters:
            print(f"  {', '.join(f'{name}={value}' for name, value in one.hyperparameters.items())}")
        print(f"  {one.reason}")
    return 0
