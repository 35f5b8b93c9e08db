"""What is known of every test target: the baselines' contributions, clusters, groups and classes."""

from dataclasses import replace

import numpy as np
import pytest
from baseline_scores import measure

from suite.tasks.data import Data
from suite.tasks.description import fitted
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.targets import targets
from suite.tasks.task import Task

RNG = np.random.default_rng(3)
SIZE = 12


def pair(kind, per_step=False):
    x = RNG.normal(size=(SIZE, 4, 1)).astype("float32")
    y = x[..., 0] if per_step else x[:, -1, 0]
    return x, (y > 0).astype(int) if kind == "classification" else y


def data_of(kind, per_step=False, **beside):
    return Data(*(pair(kind, per_step) for _ in range(3)), **beside)


def declared(kind, metric, baseline, **options):
    fields = {"family": "mine", "function": lambda seed: None, "place": "here", "source": "my files"} | options
    return Task(name="mine", kind=kind, metric=metric, baseline=baseline, **fields)


CLASSES = declared("classification", "accuracy", "majority", trained_baseline="flattened")
VALUES = declared("regression", "mse", "mean")


def found(task, data, **more):
    return targets(task, data, fitted(task, data).predictors, **more)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"source": "generated"}, False),
        ({"source": "generated", "function": lambda seed, fold: None}, True),
        ({"metric": "calibration_error"}, False),
    ],
)
def test_real_tasks_have_items_if_their_metric_does(changes, expected):
    assert replace(CLASSES, **changes).has_items is expected


def test_the_baselines_contributions_have_their_scores_as_mean():
    data = data_of("classification")
    arrays, scores = found(CLASSES, data), measure(CLASSES, data)
    for name, role in (("trivial", "baseline"), ("trained", "trained_baseline")):
        assert arrays[name].dtype == np.float32
        assert arrays[name].mean() == pytest.approx(scores[role]["test"]["accuracy"])
    assert arrays["label"].tolist() == data.test[1].tolist()
    assert set(found(VALUES, data_of("regression"))) == {"unit", "cluster", "trivial"}


def test_the_clusters_of_a_series_are_its_dates():
    dates = np.repeat(np.arange("2020-01-01", 6, dtype="datetime64[D]"), 2)
    splits = ("train", "validation", "test")
    beside = {"times": dict.fromkeys(splits, dates), "groups": dict.fromkeys(splits, np.array(["a", "b"] * 6, object))}
    arrays = found(VALUES, data_of("regression", **beside))
    assert arrays["unit"] == "date"
    np.testing.assert_array_equal(arrays["cluster"], dates)
    assert arrays["group"].tolist() == ["a", "b"] * 6
    assert arrays["group"].dtype.kind == "U"


def test_without_dates_the_clusters_are_the_groups():
    speakers = np.repeat(["ann", "bob"], 6)
    arrays = found(CLASSES, data_of("classification", groups={"test": speakers}))
    assert arrays["unit"] == "group"
    assert arrays["cluster"].tolist() == arrays["group"].tolist() == speakers.tolist()


class TestExamples:
    def clusters(self, data, task=CLASSES, fold=ONE_SPLIT):
        arrays = found(task, data, fold=fold)
        assert arrays["unit"] == "example"
        return arrays["cluster"]

    def test_copies_share_a_cluster(self):
        data = data_of("classification")
        data.test[0][7] = data.test[0][2]
        labels = self.clusters(data)
        assert labels[7] == labels[2]
        assert len(set(labels.tolist())) == SIZE - 1

    @pytest.mark.parametrize(("words", "shared"), [(["", "<unknown>", "good"], False), (["", "bad", "good"], True)])
    def test_texts_with_unknown_words_are_no_copies(self, words, shared):
        x, y = np.tile([[2, 1, 0], [2, 2, 2]], (SIZE // 2, 1)), np.arange(SIZE) % 2
        labels = self.clusters(Data((x, y), (x, y), (x, y), preparation={"vocabulary": np.array(words)}))
        assert (labels[0] == labels[2]) == shared
        assert labels[1] == labels[3]

    def test_another_scaling_by_another_training_split_changes_no_label(self):
        data = data_of("classification")
        scaled = replace(data, test=(data.test[0] / 3 + 1, data.test[1]))
        np.testing.assert_array_equal(self.clusters(data), self.clusters(scaled))

    def test_other_folds_and_other_draws_have_other_labels(self):
        data = data_of("classification")
        other = replace(data, test=(data.test[0], 1 - data.test[1]))
        each = [*(self.clusters(data, fold=Fold(index, 2)) for index in (0, 1)), self.clusters(other)]
        assert len(set(np.concatenate(each).tolist())) == 3 * SIZE


def test_every_evaluated_step_has_its_examples_cluster():
    scored = {split: np.arange(4) >= np.arange(SIZE)[:, None] % 3 for split in ("train", "validation", "test")}
    data = data_of("classification", per_step=True, scored=scored, groups={"test": np.arange(SIZE)})
    arrays = found(replace(CLASSES, per_step=True), data)
    assert len(arrays["trivial"]) == len(arrays["label"]) == scored["test"].sum()
    assert arrays["cluster"].tolist() == np.repeat(np.arange(SIZE), 4 - np.arange(SIZE) % 3).tolist()


def test_the_names_of_classes_are_kept():
    data = data_of("classification", preparation={"classes": np.array(["no", "yes"])})
    assert found(CLASSES, data)["classes"].tolist() == ["no", "yes"]
