"""suite predict: an example that cannot be read has empty predictions and one line; the others have theirs."""

from types import SimpleNamespace

import numpy as np
import pytest

from suite.commands.predict import _unread
from suite.deploy.predict import Predictions
from suite.deploy.prediction_table import table
from suite.tasks.own.readers import Raw

NAN = np.nan


def columns(kind, values, names, steps, faults, margins=None):
    raw = Raw(None, {"file": [f"{n}.wav" for n in range(len(steps))]}, faults=faults)
    target = SimpleNamespace(task="own", results=SimpleNamespace(task=lambda name: SimpleNamespace(kind=kind)))
    valid = np.arange(max(steps)) < np.array(steps)[:, None]
    margins = None if margins is None else np.array(margins)
    return table(target, Predictions(np.array(values, "float32"), names, valid, raw, margins))


def test_every_column_of_a_classification_is_empty():
    found = columns("classification", [[[1, 0], [NAN, NAN], [0, 1]]] * 2, ["owl", "wren"], [4, 1, 4], {1: "why"})
    assert found["prediction"] == ["owl", None, "wren"]
    assert {name: column[1] for name, column in found.items()} == {
        "file": "1.wav",
        **dict.fromkeys(("prediction", "probability", "lowest", "highest", "set", "p(owl)", "p(wren)")),
    }


def test_a_set_has_the_classes_that_reach_the_mean_threshold_and_always_the_most_probable_one():
    values = [[[0.7, 0.3, 0], [0.4, 0.36, 0.24], [0.34, 0.33, 0.33]]] * 2
    found = columns("classification", values, ["owl", "wren", "jay"], [4, 4, 4], {}, margins=[[-0.2], [-0.5]])
    assert found["set"] == ["owl", "owl; wren", "owl"]


def test_every_column_of_a_regression_is_empty():
    found = columns("regression", [[[1, 2], [NAN, NAN]]], ["0", "1"], [4, 1], {1: "why"}, margins=[[0.5, 2.0]])
    assert (found["prediction_1"], found["prediction_2"]) == ([1, None], [2, None])
    assert (found["low_1"], found["high_2"]) == ([0.5, None], [4, None])


def test_a_prediction_per_step_has_one_empty_row():
    found = columns("regression", [[[[1], [2]], [[NAN], [NAN]]]], ["a"], [2, 1], {1: "why"})
    assert list(zip(found["file"], found["prediction"], strict=True)) == [("0.wav", 1), ("0.wav", 2), ("1.wav", None)]


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (10, 10), (12, 11)])
def test_at_most_ten_are_named(count, lines):
    said = _unread([f"'{n}.wav' is empty" for n in range(count)])
    assert len(said) == lines
    assert said[10:] == ["and 2 more that cannot be read"][: max(0, lines - 10)]
