"""judge every claim: supported, contradicted, practically equal or undecided"""

import argparse

from suite.commands import add_directory, add_json, print_json
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Judge every claim by the records and print the verdicts."""
    store = existing(chosen.directory)
    from suite.claims import judge
    from suite.claims.preregistration import registration
    from suite.claims.tables import lines, plain
    from suite.results.results import load

    results = load(store.root)
    verdicts = judge(results)
    if chosen.json:
        print_json(plain(verdicts))
    else:
        print("\n".join([*lines(verdicts), registration(results)]))
    return 0
