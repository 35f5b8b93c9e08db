"""What a task may return instead of numpy arrays, and what it may not, in one line."""

import numpy as np
import pandas as pd
import pytest

from suite.tasks.data import Data
from suite.tasks.task import TASKS, task

X, Y = np.zeros((6, 4, 2), "float32"), np.arange(6) % 2


class Tensor:
    """An array of another library."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


class Stream:
    """Looks like a dataset of TensorFlow."""

    element_spec = None


def loaded(data, kind="classification", per_step=False):
    metric, baseline = ("mse", "mean") if kind == "regression" else ("accuracy", "majority")

    @task("own", family="own", kind=kind, metric=metric, baseline=baseline, per_step=per_step)
    def own(seed: int) -> Data:
        """Given."""
        return data

    return TASKS.get("own").load(1)


def three(x, y, **beside):
    return Data(train=(x, y), validation=(x, y), test=(x, y), **beside)


@pytest.mark.parametrize("given", [Tensor, np.ndarray.tolist])
def test_tensors_and_lists_become_arrays(given):
    data = loaded(three(given(X), given(Y), extra={"more": (given(X), given(Y))}))
    for x, y in (data.train, data.test, data.extra["more"]):
        assert type(x) is type(y) is np.ndarray
        assert (x == X).all() and (y == Y).all()


def test_a_table_of_targets_becomes_an_array():
    assert loaded(three(X, pd.DataFrame({"a": Y * 1.0, "b": Y * 2.0})), "regression").train[1].shape == (6, 2)


def test_arrays_stay_as_they_are():
    data = three(X, Y)
    assert loaded(data) is data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (three({"a": X, "b": X}, Y), "train split: x is a dict of 2, and a model reads and predicts one array: join"),
        (three((X, X), Y), "train split: x is a tuple of 2, and a model reads"),
        (three(X, {"a": Y}), "train split: y is a dict of 1, and a model reads"),
        (Data(train=Stream(), validation=(X, Y), test=(X, Y)), "train split: a tf.data.Dataset has no number of"),
        (Data(train=X, validation=(X, Y), test=(X, Y)), r"train split: it must be a pair \(x, y\) of arrays"),
        (three([[1.0], [1.0, 2.0]], Y), "train split: x is a list of 2, which is no array"),
        (three(X, Y, lengths={"train": Y + 1}), "lengths has train, but not validation, test: give an array for each"),
        (three(X, Y, lengths=Y + 1), "lengths is a ndarray; it must map each split to an array"),
        (three(X, 2 * Y - 1), r"int64 \(6,\) with labels -1 and 1: use \(y > 0\).astype\(int\)"),
        (three(X, (2 * Y - 1)[:, None]), r"use \(y\[..., 0\] > 0\).astype\(int\)"),
        (three(X, Y[:, None]), r"int64 \(6, 1\): use y\[..., 0\]"),
        (three(X, Y * 1.0), r"float64 \(6,\): use y.astype\(int\)"),
        (three(X, np.eye(2)[Y]), r"float64 \(6, 2\): np.argmax\(y, axis=-1\)"),
        (three(X, Y - 3), "with labels from -3: number the classes from 0"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(data, fault):
    with pytest.raises(ValueError, match=fault) as refused:
        loaded(data)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        ((6, 3, 2), r"\(6, 3, 2\).*here \(6, 6\): use y.reshape\(len\(y\), -1\)"),
        ((6, 4, 3, 2), r"here \(6, 4, 6\): use y.reshape\(len\(y\), y.shape\[1\], -1\)"),
    ],
)
def test_several_steps_of_several_series_are_refused_with_both_shapes(shape, fault):
    with pytest.raises(ValueError, match=fault):
        loaded(three(X, np.zeros(shape, "float32")), "regression", per_step=len(shape) == 4)
