"""judge every claim: supported, contradicted, practically equal or undecided"""

import argparse

from suite.commands import add_directory, add_json, show, warn
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_directory(parser)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Judge every claim from the stored records, and print the verdicts."""
    store = existing(chosen.directory)
    from suite.claims import judge
    from suite.claims.preregistration import registration
    from suite.claims.tables import lines, plain
    from suite.results.results import load

    results = load(store.root)
    warn(results.unreadable.values())
    verdicts = judge(results)
    show(chosen, plain(verdicts), [*lines(verdicts), registration(results)])
    return 0
