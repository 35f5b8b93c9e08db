"""Tasks with any number of labels pass every rule, and faults in their labels are found."""

from dataclasses import replace

import labelled
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from suite.tasks.checks import check
from suite.tasks.checks.baseline import best_constant_declared, shuffled_labels_teach_nothing
from suite.tasks.checks.declaration import classes_everywhere, extra_sets_fit
from suite.tasks.checks.target_leaks import target_not_among_inputs
from suite.tasks.data import SPLITS


def found(rule, function, change):
    """What a rule says about the changed data of a task."""
    task = labelled.declared(function)
    return [str(one.what) for one in rule(task, change(task.load(seed=1)))]


@pytest.mark.slow
@pytest.mark.parametrize("function", [labelled.tickets, labelled.chords])
def test_both_tasks_are_sound(function):
    assert check(labelled.declared(function)) == []


def test_a_label_that_training_never_shows():
    def change(data):
        x, y = data.train
        return replace(data, train=(x, y * [1, 1, 0]))

    fault = "split has labels that no training example has: urgent"
    expected = [f"the validation {fault}", f"the test {fault}"]
    assert found(classes_everywhere, labelled.tickets, change) == expected


def test_a_label_that_is_rare_enough_to_be_absent_from_the_test_split_is_no_fault():
    def change(data):
        return replace(data, test=(data.test[0], data.test[1] * [1, 1, 0]))

    assert found(classes_everywhere, labelled.tickets, change) == []


@pytest.mark.parametrize("note", [0, 2])
def test_a_label_among_the_inputs(note):
    def change(data):
        x, y = data.train[0].copy(), data.train[1]
        x[..., 1] = 3 * y[..., note] - 1
        return replace(data, train=(x, y))

    expected = [f"feature 1 is label {note} in another unit"]
    assert found(target_not_among_inputs, labelled.chords, change) == expected


def test_an_extra_set_with_values_that_are_no_labels():
    def change(data):
        x, y = data.extra["longer"]
        return replace(data, extra={"longer": (x, y + 2)})

    (fault,) = found(extra_sets_fit, labelled.chords, change)
    assert fault == "not finite, or a label never seen in training: 20 of 20 examples"


class Knowing(LogisticRegression):
    """Knows the first label whatever it is taught, as an estimator that has seen the test split does."""

    def predict_proba(self, matrix):
        present = matrix.toarray().reshape(matrix.shape[0], 8, 10)[..., 1].any(axis=1)
        return np.stack([~present, present], axis=1).astype(float)


@pytest.mark.parametrize(
    ("function", "metric", "declared", "better"),
    [
        (labelled.chords, "micro_f1", "majority", "frequent-labels"),
        (labelled.chords, "macro_f1", "majority", "frequent-labels"),
        (labelled.chords, "exact_match", "frequent-labels", "majority"),
        (labelled.chords, "log_loss", "frequent-labels", "majority"),
        (labelled.tickets, "micro_f1", "majority", ""),
        (labelled.chords, "micro_f1", "frequent-labels", ""),
        (labelled.chords, "log_loss", "majority", ""),
    ],
)
def test_a_trivial_baseline_that_another_constant_prediction_beats(function, metric, declared, better):
    task = labelled.declared(function, metric=metric, baseline=declared)
    faults = [one.what for one in best_constant_declared(task, task.load(seed=1))]
    assert [one.rpartition(": ")[2] for one in faults] == [f"say baseline='{better}'"] * bool(better)


@pytest.mark.parametrize(("own", "faults"), [(Knowing(), 1), (LogisticRegression(), 0)])
def test_a_baseline_that_learns_from_shuffled_labels(own, faults):
    def first_label(data):
        pairs = {split: (data.pair(split)[0], data.pair(split)[1][:, :1]) for split in SPLITS}
        return replace(data, **pairs, preparation={})

    task = replace(labelled.declared(labelled.tickets), trained_baseline=own)
    assert len([*shuffled_labels_teach_nothing(task, first_label(task.load(seed=1)))]) == faults
