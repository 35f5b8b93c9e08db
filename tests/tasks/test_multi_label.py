"""A task whose examples have any number of labels: its declaration, data, baselines, description and test targets."""

import json
from dataclasses import replace
from itertools import product

import labelled
import numpy as np
import pytest
from baseline_scores import measure
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from suite.errors import RequestError
from suite.tasks.baselines import last_values, predict, reference, trivial
from suite.tasks.data import SPLITS
from suite.tasks.description import describe, fitted, measured
from suite.tasks.metrics import serving
from suite.tasks.targets import targets
from suite.tasks.trained_baselines import trained


@pytest.fixture(scope="module", params=[labelled.tickets, labelled.chords], ids=["tickets", "chords"])
def either(request):
    """A task and its data: labels of a sequence, or of every step."""
    task = labelled.declared(request.param)
    return task, task.load(seed=1)


@pytest.fixture(scope="module")
def baselines(either):
    """Both fitted baselines, and all their scores."""
    known = fitted(*either)
    return known.predictors, measured(*either, known)


@pytest.fixture(scope="module")
def tickets():
    """The task with labels of a whole sequence, and its data."""
    task = labelled.declared(labelled.tickets)
    return task, task.load(seed=1)


@pytest.fixture
def chords():
    """The task with labels of every step, and its data."""
    task = labelled.declared(labelled.chords)
    return task, task.load(seed=1)


class TestDeclaration:
    @pytest.mark.parametrize("metric", serving("multi-label"))
    def test_every_metric_of_the_kind_may_be_the_headline(self, metric):
        assert labelled.declared(labelled.tickets, metric=metric).headline.name == metric

    def test_a_metric_of_classes_is_refused(self):
        message = "unknown metric 'accuracy' for a multi-label classification: did you mean 'auroc'"
        with pytest.raises(RequestError, match=message):
            labelled.declared(labelled.tickets, metric="accuracy")

    def test_a_baseline_of_values_is_refused(self, tickets):
        task, data = tickets
        with pytest.raises(RequestError, match="baseline 'zero' cannot be used for multi-label classification"):
            trivial(replace(task, baseline="zero"), data)


class TestData:
    def test_there_is_an_output_for_every_label(self, either):
        task, data = either
        assert task.signature(data).outputs == data.train[1].shape[-1]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda y: 2 * y, r"must be 0 and 1 \(examples, labels\); it is int64 \(60, 3\)"),
            (lambda y: y + 0.5, "it is float64"),
            (lambda y: y[:, 0], r"it is int64 \(60,\)"),
            (lambda y: y[:, :2], "3 names, but y has 2 labels"),
            (lambda y: 0 * y, "no label varies in the training split"),
        ],
    )
    def test_targets_that_do_not_fit(self, change, message):
        def tickets(seed):
            data = labelled.tickets(seed)
            return replace(data, **{split: (data.pair(split)[0], change(data.pair(split)[1])) for split in SPLITS})

        with pytest.raises(ValueError, match=f"train split: .*{message}"):
            replace(labelled.declared(labelled.tickets), function=tickets).load(seed=1)

    def test_splits_have_the_same_labels(self):
        def tickets(seed):
            data = labelled.tickets(seed)
            return replace(data, test=(data.test[0], data.test[1][:, :2]))

        with pytest.raises(ValueError, match="test split: y has 2 labels, but 3 in the training split"):
            replace(labelled.declared(labelled.tickets), function=tickets).load(seed=1)

    def test_labels_of_every_step_need_a_time_axis(self):
        task = replace(labelled.declared(labelled.tickets), per_step=True)
        with pytest.raises(ValueError, match=r"y has shape \(60, 3\); a task with a target at every step needs"):
            task.load(seed=1)


class TestBaselines:
    def test_majority_predicts_how_frequent_every_label_is(self, either):
        task, data = replace(either[0], baseline="majority"), either[1]
        expected = data.counted("train", data.train[1]).reshape(-1, task.signature(data).outputs).mean(axis=0)
        found = predict(trivial(task, data), data, "test")
        assert found.shape == data.test[1].shape
        np.testing.assert_allclose(found.reshape(-1, len(expected)), np.tile(expected, (found[..., 0].size, 1)))

    def test_frequent_labels_are_the_best_constant_prediction_for_micro_f1(self, either):
        task, data = replace(either[0], baseline="frequent-labels"), either[1]
        target = data.counted("train", data.train[1]).reshape(-1, task.signature(data).outputs)
        sets = [np.array(one) for one in product([False, True], repeat=target.shape[1])]
        scores = [f1_score(target, np.tile(one, (len(target), 1)), average="micro", zero_division=0) for one in sets]
        (found,) = np.unique(predict(trivial(task, data), data, "test").reshape(-1, target.shape[1]), axis=0)
        assert (found >= 0.5).tolist() == sets[int(np.argmax(scores))].tolist()
        frequency = target.mean(axis=0)
        np.testing.assert_allclose(found, np.where(found >= 0.5, np.maximum(frequency, 0.5), frequency))

    def test_probabilities_have_no_reference(self, either):
        assert reference(*either, "test") == {}
        assert last_values(*either, "test") is None

    def test_the_trained_one_is_a_logistic_regression_for_each_label(self, tickets):
        task, data = tickets
        counts = {split: np.eye(10)[data.pair(split)[0]].sum(axis=1)[:, 1:] for split in ("train", "test")}
        found = predict(trained(task, data), data, "test")
        for label, y in enumerate(data.train[1].T):
            expected = LogisticRegression(max_iter=1_000).fit(counts["train"], y).predict_proba(counts["test"])
            np.testing.assert_allclose(found[:, label], expected[:, 1])

    @pytest.mark.parametrize("constant", [0, 1])
    def test_labels_that_never_vary_are_predicted_as_they_were(self, tickets, constant):
        task, data = tickets
        y = np.concatenate([data.train[1], np.full((60, 1), constant)], axis=1)
        found = predict(trained(task, replace(data, train=(data.train[0], y))), data, "test")
        assert set(found[:, 3]) == {constant}

    def test_a_single_label_will_do(self, tickets):
        task, data = tickets
        one = replace(data, train=(data.train[0], data.train[1][:, :1]))
        np.testing.assert_array_equal(
            predict(trained(task, one), data, "test")[:, 0], predict(trained(task, data), data, "test")[:, 0]
        )

    def test_the_users_own_estimator_is_copied_for_each_label(self, tickets):
        task, data = tickets
        own = LogisticRegression(C=0.1)
        found = predict(trained(replace(task, trained_baseline=own), data), data, "test")
        assert found.shape == data.test[1].shape
        assert not hasattr(own, "classes_")
        with pytest.raises(RequestError, match="trained_baseline LinearSVC has no predict_proba"):
            trained(replace(task, trained_baseline=LinearSVC()), data)

    def test_of_every_step_it_reads_only_the_past(self, chords):
        scores = measure(*chords)
        # the notes of the step before are among the inputs, and the notes to come are not
        assert scores["trained_baseline"]["test"]["micro_f1"] == 1
        assert scores["trained_baseline"]["longer"]["micro_f1"] == 1
        assert scores["baseline"]["test"]["micro_f1"] < 0.7

    def test_both_have_every_metric(self, either):
        for scores in measure(*either).values():
            assert set(scores["test"]) == set(serving("multi-label"))


class TestDescription:
    def test_it_is_plain(self, either):
        assert json.loads(json.dumps(describe(*either)))["signature"]["kind"] == "multi-label"

    def test_targets_of_examples_are_0_and_1(self, either):
        first, *_ = describe(*either)["examples"]
        assert first["y"] == either[1].train[1][0].astype(int).tolist()

    def test_the_sheet_counts_every_label(self, either):
        task, data = either
        described = describe(task, data)
        outputs = task.signature(data).outputs
        names = described["classes"] or [str(number) for number in range(outputs)]
        counts = [data.counted(split, data.pair(split)[1]).reshape(-1, outputs).sum(axis=0) for split in SPLITS]
        facts = described["sheet"]["facts"]
        assert facts["labels"] == dict(zip(names, np.transpose(counts).tolist(), strict=True))
        assert facts["read as"].split("; labels to predict")[1].endswith(f": {outputs}")


class TestTargets:
    @pytest.mark.parametrize("metric", serving("multi-label"))
    def test_every_evaluated_target_contributes_to_the_baselines_scores(self, either, baselines, metric):
        (task, data), (predictors, scores) = either, baselines
        arrays = targets(replace(task, metric=metric), data, predictors)
        count = len(data.counted("test", data.test[1]))
        for name, role in (("trivial", "baseline"), ("trained", "trained_baseline")):
            assert arrays[name].shape == (count,)
            assert arrays[name].mean() == pytest.approx(scores[role]["test"][metric], abs=1e-6)
        assert arrays["cluster"].shape == (count,)

    def test_there_is_no_single_label_to_group_by(self, either):
        task, data = either
        assert "label" not in targets(task, data, fitted(task, data).predictors)

    def test_examples_of_other_labels_are_other_clusters(self, tickets):
        task, data = tickets
        data = replace(data, groups=None)
        other = replace(data, test=(data.test[0], 1 - data.test[1]))
        found = [targets(task, one, {})["cluster"] for one in (data, other)]
        assert not set(found[0].tolist()) & set(found[1].tolist())
