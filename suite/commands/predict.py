"""predictions for new data, by the kept models of a task's architecture"""

import argparse
import csv
import io
import sys
from collections.abc import Iterable
from pathlib import Path

from suite.errors import RequestError
from suite.files import write_atomically


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("target", metavar="DIR/TASK[/ARCHITECTURE]", help="without ARCHITECTURE: the recommended one")
    parser.add_argument("file", metavar="FILE", help="data such as the task's own; sounds: a wav file or a folder")
    parser.add_argument("--to", metavar="CSV", help="write this file instead of standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Writes a CSV with a row a prediction; what is said about it goes to standard error."""
    from suite.deploy.predict import answers, table
    from suite.deploy.saved_models import models
    from suite.files import existing

    place, kept, said = models(chosen.target)
    path = existing(chosen.file, "file or folder")
    if chosen.to and Path(chosen.to).exists():
        raise RequestError(f"'{chosen.to}' is there already: name another file, or remove it")
    if not kept[0].reader:
        unknown = "raw data of this task cannot be read: FILE has to hold x as the task's function returns it"
        said.append(f"{unknown} (.npy, or .npz with x and lengths)")
    say(said)
    found = answers(kept, path)
    say([found.raw.remark] if found.raw.remark else [])
    columns = table(place, found)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    if chosen.to:
        write_atomically(Path(chosen.to), text.getvalue().encode("utf-8"))
    else:
        print(text.getvalue(), end="")
    return 0


def say(lines: Iterable[str]) -> None:
    """Lines on standard error."""
    for line in lines:
        print(f"suite: {line}", file=sys.stderr)
