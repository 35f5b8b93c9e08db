"""holds tasks and architectures to their contracts and looks for leaks in the data"""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "target", metavar="TASK|ARCHITECTURE|FILE", help="or all that an experiment file declares or names"
    )


def execute(chosen: argparse.Namespace) -> int:
    """Prints the rules that each task or architecture breaks; 1 when there are any, or data cannot be had."""
    from suite.check import named, report

    failed = False
    for entry in named(chosen.target):
        found, passed = report(entry)
        print(found, flush=True)
        failed |= not passed
    return int(failed)
