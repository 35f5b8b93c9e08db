"""holds tasks to their contract and looks for leaks in their data"""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("target", metavar="TASK|FILE", help="a task, or all that an experiment file declares or names")


def execute(chosen: argparse.Namespace) -> int:
    """Prints the rules that each task breaks; 1 when there are any, or its data cannot be had."""
    from suite.check import named, report

    failed = False
    for task in named(chosen.target):
        found, passed = report(task)
        print(found, flush=True)
        failed |= not passed
    return int(failed)
