"""suite predict: an example that cannot be read has empty predictions and one line; the others have theirs."""

from types import SimpleNamespace

import numpy as np
import pytest

from suite.commands.predict import _unread
from suite.deploy.predict import Predictions, table
from suite.tasks.own.readers import Raw

NAN = np.nan


def columns(kind, values, names, steps, faults):
    raw = Raw(None, {"file": [f"{n}.wav" for n in range(len(steps))]}, faults=faults)
    target = SimpleNamespace(task="own", results=SimpleNamespace(task=lambda name: SimpleNamespace(kind=kind)))
    valid = np.arange(max(steps)) < np.array(steps)[:, None]
    return table(target, Predictions(np.array(values, "float32"), names, valid, raw))


def test_every_column_of_a_classification_is_empty():
    found = columns("classification", [[[1, 0], [NAN, NAN], [0, 1]]] * 2, ["owl", "wren"], [4, 1, 4], {1: "why"})
    assert found["prediction"] == ["owl", None, "wren"]
    assert {name: column[1] for name, column in found.items()} == {
        "file": "1.wav", **dict.fromkeys(("prediction", "probability", "low", "high", "p(owl)", "p(wren)")),
    }  # fmt: skip


def test_every_column_of_a_regression_is_empty():
    found = columns("regression", [[[1, 2], [NAN, NAN]]], ["0", "1"], [4, 1], {1: "why"})
    assert (found["prediction_1"], found["prediction_2"]) == ([1, None], [2, None])


def test_a_prediction_per_step_has_one_empty_row():
    found = columns("regression", [[[[1], [2]], [[NAN], [NAN]]]], ["a"], [2, 1], {1: "why"})
    assert list(zip(found["file"], found["prediction"], strict=True)) == [("0.wav", 1), ("0.wav", 2), ("1.wav", None)]


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (10, 10), (12, 11)])
def test_at_most_ten_are_named(count, lines):
    said = _unread([f"'{n}.wav' is empty" for n in range(count)])
    assert len(said) == lines
    assert said[10:] == ["and 2 more that cannot be read"][: max(0, lines - 10)]
