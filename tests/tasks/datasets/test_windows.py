"""Windows of series: what lies in them, where they are cut."""

import numpy as np
import pytest

from suite.tasks.datasets.windows import cut_by_time


def two_series(steps: int = 100) -> np.ndarray:
    """Feature 0 is the step, plus 1,000 in the second series; feature 1 its square."""
    own = np.arange(steps)[:, None] + [0, 1_000]
    return np.stack([own, own**2], axis=2).astype(np.float64)


def restored(data, split: str) -> np.ndarray:
    return getattr(data, split)[0] * data.preparation["scale"] + data.preparation["mean"]


def test_a_window_ends_before_its_target():
    data = cut_by_time(np.arange(100), two_series(), window=4, horizon=3, names=["a", "b"])
    np.testing.assert_allclose(restored(data, "train")[:2, :, 0], [[0, 1, 2, 3], [1000, 1001, 1002, 1003]], atol=1e-3)
    assert data.train[1][:2].tolist() == [6, 1006]
    assert data.times["train"][:4].tolist() == [3, 3, 4, 4]
    assert data.groups["train"][:4].tolist() == ["a", "b", "a", "b"]


@pytest.mark.parametrize(("horizon", "before"), [(1, 0), (5, 0), (1, 4)])
def test_no_step_is_touched_from_two_splits(horizon, before):
    data = cut_by_time(np.arange(100), two_series(), window=4, horizon=horizon, before=before)
    for earlier, later, border in (("train", "validation", 60), ("validation", "test", 80)):
        assert data.times[earlier][-1] + horizon == border - 1
        assert data.times[later][0] - 3 - before == border


def test_the_bounds_of_the_splits_can_be_given():
    data = cut_by_time(np.arange(100), two_series(), window=4, bounds=(0, 10, 20, 30))
    assert [len(x) for x, _ in (data.train, data.validation, data.test)] == [12, 12, 12]


def test_features_are_standardised_by_the_training_windows_alone():
    data = cut_by_time(np.arange(100), two_series(), window=4)
    np.testing.assert_allclose(data.train[0].mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(data.train[0].std(axis=(0, 1)), 1, atol=1e-5)
    changed = two_series()
    changed[60:] *= 3
    np.testing.assert_array_equal(cut_by_time(np.arange(100), changed, window=4).train[0], data.train[0])
