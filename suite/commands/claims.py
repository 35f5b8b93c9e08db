"""what the runs say of every claim: supported, contradicted, practically equal or undecided"""

import argparse
import json

from suite.files import finite
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Judges every claim by the records and prints the verdicts."""
    store = existing(chosen.directory)
    from suite.claims import judge
    from suite.claims.preregistration import registration
    from suite.claims.tables import lines, plain
    from suite.results.results import load

    results = load(store.root)
    verdicts = judge(results)
    if chosen.json:
        print(json.dumps(finite(plain(verdicts)), indent=1))
    else:
        print("\n".join([*lines(verdicts), registration(results)]))
    return 0
