"""compare several studies: write one page on what agrees and what does not, task by task"""

import argparse
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from suite.commands import add_json, show, warn
from suite.errors import RequestError
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("directories", metavar="DIR", nargs="+", help="results folders, two or more")
    parser.add_argument(
        "--to", metavar="FILE", default="comparison.html", help="the page to write (default: comparison.html)"
    )
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Write the page, and print the comparison and the path of the page."""
    if len(chosen.directories) < 2:
        raise RequestError("compare needs two results folders or more: suite compare results/a results/b")
    stores = [existing(directory) for directory in chosen.directories]
    from suite.files.writing import write_named
    from suite.report.compare import across_studies, lines, named, page
    from suite.results.results import load

    studies = named([load(store.root) for store in stores])
    found = across_studies(studies)
    write_named(Path(chosen.to), page(studies, found))
    warn(fault for results in studies.values() for fault in results.unreadable.values())
    document = {"studies": list(studies), "tasks": [asdict(one) for one in found], "page": chosen.to}
    show(chosen, document, chain(lines(found), [f"page: {chosen.to}"]))
    return 0
