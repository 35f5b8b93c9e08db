"""The module that adds intervals and sets to exported predictions computes them as the suite does."""

import runpy
from importlib import resources

import numpy as np
import pytest

from suite.tasks.intervals import bounds, label_sets, sets
from suite.tasks.labels import joined

with_intervals = runpy.run_path(str(resources.files("suite.deploy") / "scripts" / "intervals.py.txt"))["with_intervals"]
RNG = np.random.default_rng(1)
NAMES = ["a", "b", "c"]


@pytest.mark.parametrize(("kind", "suites"), [("classification", sets), ("multi-label", label_sets)])
def test_sets_are_those_of_the_suite(kind, suites):
    probabilities = RNG.dirichlet(np.ones(3), size=20).astype(np.float32)
    probabilities[0, 0] = 0.25  # exactly the threshold
    known = {"kind": kind, "interval_margin": [-0.25]}
    columns, rows = with_intervals(known, NAMES, probabilities)
    assert columns == [*NAMES, "set"]
    assert [row[:3] for row in rows] == probabilities.tolist()
    assert [row[3] for row in rows] == joined(suites(probabilities, 0.25), NAMES)
    assert len({row[3] for row in rows}) > 2


def test_a_set_of_labels_may_be_empty_and_one_of_classes_may_not():
    for kind, expected in (("classification", "b"), ("multi-label", "")):
        known = {"kind": kind, "interval_margin": [-0.9]}
        assert with_intervals(known, NAMES, np.array([[0.1, 0.5, 0.4]]))[1][0][3] == expected


@pytest.mark.parametrize("levels", [(), (0.1, 0.5, 0.9)])
@pytest.mark.parametrize(("outputs", "further", "ends"), [
    (1, {}, [""]), (2, {}, ["_1", "_2"]), (2, {"reader_horizons": [1, 7]}, ["_h1", "_h7"]),
])  # fmt: skip
def test_intervals_are_those_of_the_suite(levels, outputs, further, ends):
    values = np.sort(RNG.normal(size=(9, outputs, len(levels) or 1)), axis=-1)
    margin = np.array([0.5, -0.75])[:outputs]
    known = {"kind": "regression", "interval_margin": margin.tolist(), "levels": list(levels), **further}
    names = [str(place) for place in range(values[0].size)]
    columns, rows = with_intervals(known, names, values.reshape(9, -1))
    assert columns == [*names, *(f"{end}{output}" for output in ends for end in ("low", "high"))]
    low, high = bounds(values if levels else values[..., 0], margin)
    found = np.array(rows)[:, len(names) :].reshape(9, outputs, 2)
    np.testing.assert_allclose(found, np.stack([low, high], axis=-1))


def test_a_model_without_a_margin_has_predictions_alone():
    assert with_intervals({"kind": "regression"}, ["0"], np.array([[1.5]])) == (["0"], [[1.5]])


def test_a_file_without_examples_has_columns_and_no_row():
    known = {"kind": "regression", "interval_margin": [1.0, 2.0]}
    assert with_intervals(known, ["0", "1"], np.empty((0, 2))) == (["0", "1", "low_1", "high_1", "low_2", "high_2"], [])
