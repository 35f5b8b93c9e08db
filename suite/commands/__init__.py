"""The commands, one per file: its docstring is the line of help, `add` declares arguments, `execute` does the work."""

import argparse
import contextlib
import sys
from collections.abc import Iterable
from typing import Any

from suite.errors import shortened
from suite.process.standard_output import print_json
from suite.text import printable


def add_directory(parser: argparse.ArgumentParser) -> None:
    """Declare the results folder that a command works on."""
    parser.add_argument("directory", metavar="DIR", help="a results folder: results/<experiment>")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Declare `--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def show(chosen: argparse.Namespace, document: Any, lines: Iterable[str]) -> None:
    """Print a command's result: the document if `--json` was given, or else the lines.

    The lines may hold text from a stranger's folder, so nothing in them controls the terminal.
    """
    if chosen.json:
        print_json(document)
    else:
        for line in lines:
            print(printable(line))


def warn(lines: Iterable[str]) -> None:
    """Print each message as one line of limited length on standard error, preceded by the program's name.

    Where code of a user has closed standard error, nothing can be said: then the exit status alone tells.
    """
    for line in lines:
        with contextlib.suppress(AttributeError, OSError, ValueError):
            sys.stderr.write(f"suite: {shortened(printable(' '.join(line.split())))}\n")
