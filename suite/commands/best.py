"""the recommended architecture and configuration of each task, with the reason"""

import argparse
import json
import sys

from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")
    parser.add_argument("--task", metavar="T", help="only this task")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Prints a paragraph a task, or a JSON list."""
    store = existing(chosen.directory)
    from suite.analysis.best import best
    from suite.results.results import load

    results = load(store.root)
    for fault in results.unreadable.values():
        print(f"suite: {fault}", file=sys.stderr)
    found = [best(results, task) for task in ([chosen.task] if chosen.task else results.task_names)]
    if chosen.json:
        print(json.dumps([one.plain() for one in found], indent=1, allow_nan=False))
        return 0
    for one in found:
        note = " (provisional: fewer than ten pairs of runs)" if one.provisional else ""
        print(f"{one.task}: {one.verdict}{note}")
        if one.hyperparameters:
            print(f"  {', '.join(f'{name}={value}' for name, value in one.hyperparameters.items())}")
        print(f"  {one.reason}")
    return 0
