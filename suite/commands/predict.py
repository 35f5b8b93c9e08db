"""predict from new data with the saved models of a cell"""

import argparse
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from suite.commands import warn
from suite.errors import MOST_NAMES, RequestError
from suite.files.writing import write_named
from suite.text import inert


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "target", metavar="DIR/TASK[/ARCHITECTURE]", help="the cell; without ARCHITECTURE: the recommended one"
    )
    parser.add_argument(
        "file", metavar="FILE", help="data in the task's own format; for sounds, a file or a folder of them"
    )
    parser.add_argument("--to", metavar="CSV", help="write to this file instead of standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Write a CSV with one row per prediction; print remarks, and why any example has none, on standard error."""
    from suite.deploy.predict import predict
    from suite.deploy.prediction_table import table
    from suite.deploy.saved_models import models
    from suite.files.paths import existing

    place, saved, remarks = models(chosen.target)
    path = existing(chosen.file, "file or folder")
    if chosen.to and Path(chosen.to).exists():
        raise RequestError(f"'{chosen.to}' already exists: name another file, or remove it")
    if not saved[0].reader:
        remarks.append(
            "raw data of this task cannot be read: FILE must hold x as the task's function returns it "
            "(.npy, or .npz with x and lengths)"
        )
    found = predict(saved, path)
    text = _text(table(place, found))
    if chosen.to:
        write_named(Path(chosen.to), text.encode("utf-8"))
    warn([*remarks, *filter(None, [found.raw.remark]), *_unread(list(found.raw.faults.values()))])
    if not chosen.to:
        print(text, end="")
    return 0


def _text(columns: Mapping[str, Sequence[Any]]) -> str:
    """Return name -> values of each column as comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(inert, columns))
    writer.writerows(map(inert, row) for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def _unread(faults: Sequence[str]) -> list[str]:
    """Return the lines about examples that could not be read: the first ones, and how many more there are."""
    more = [f"and {len(faults) - MOST_NAMES} more that cannot be read"] if len(faults) > MOST_NAMES else []
    return [*(f"no prediction: {fault}" for fault in faults[:MOST_NAMES]), *more]
