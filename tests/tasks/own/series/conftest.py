"""Series: tables written row by row, and tasks declared on them."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from suite.tasks.own import series_from_csv
from suite.tasks.task import TASKS, Task


@pytest.fixture
def write(tmp_path):
    """Writes a table from its header and rows, and returns its path."""

    def written(header: str, rows: list[str], name: str = "own.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def declare(write):
    """Declares a task on a table, and forgets it after the test."""

    count = itertools.count()

    def declared(header: str, rows: list[str], **options) -> Task:
        name = f"own{next(count)}"
        return series_from_csv(name, write(header, rows, f"{name}.csv"), **{"target": "load", "window": 4} | options)

    yield declared
    TASKS.forget(__file__)


@pytest.fixture
def restored():
    """Returns the inputs of a split in the units of the table."""

    def inputs(data, split: str = "train") -> np.ndarray:
        x, _ = data.pair(split)
        return x * data.preparation["scale"] + data.preparation["mean"]

    return inputs
