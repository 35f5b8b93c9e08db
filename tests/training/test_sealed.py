"""The seal: test scores, of trials too, change nothing that trains, stops, selects, searches or is shown."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from studies import ONE_STRUCTURE, run

from suite.experiment.experiment import Experiment
from suite.runner.events import described
from suite.runner.progress import Progress, outcome
from suite.tasks.data import Data
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import TASKS, Task, task
from suite.training.train import train

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

VALUES = {"learning_rate": 0.01, "batch_size": 32, "depth": 1, "dropout": 0.2, "recurrent_start": "orthogonal"}
UNSEALED = {"metrics", "intervals", "seconds", "started", "finished"}


def garbled(data: Data) -> Data:
    """The data with other inputs and targets in every test set: noise, or shuffled tokens and classes."""
    rng = np.random.default_rng(9)

    def other(values):
        if np.issubdtype(values.dtype, np.integer):
            return rng.permuted(values.ravel()).reshape(values.shape)
        return (1_000 * rng.normal(size=values.shape)).astype(values.dtype)

    extra = {name: tuple(map(other, pair)) for name, pair in data.extra.items()}
    return replace(data, test=tuple(map(other, data.test)), extra=extra)


def trained(name, role, monkeypatch, changed=lambda data: data):
    """Train one run on changed data; return its record and the weights that were scored."""
    from suite import backend

    backend.start(1)
    from suite.architectures.model import space
    from suite.training import evaluate

    experiment = Experiment(tasks=[name], architectures=["gru"], epochs=4, patience=2, weights=200, examples=64)
    (cell,) = experiment.cells
    data, scored, original = changed(cell.task.load(1, 64)), [], evaluate.evaluate
    default = space(cell.architecture, cell.task.signature(data)).values
    values = default | {key: value for key, value in VALUES.items() if key in default}
    with monkeypatch.context() as patched:
        patched.setattr(Task, "load", lambda *_: data)
        patched.setattr(
            evaluate, "evaluate", lambda net, *rest: scored.append(net.get_weights()) or original(net, *rest)
        )
        record = train(experiment.run(cell, role, 0, values)).record
    assert record.status == "ok", record.error
    return record, *scored


@pytest.mark.parametrize("role", ["trial", "final"])
@pytest.mark.parametrize("name", ["adding-50", "recall-10", "parity-20", "prices-lagged"])
def test_another_test_split_changes_the_test_scores_and_nothing_else(name, role, monkeypatch):
    plain, weights = trained(name, role, monkeypatch)
    other, others_weights = trained(name, role, monkeypatch, garbled)
    for one, another in zip(weights, others_weights, strict=True):
        np.testing.assert_array_equal(one, another)
    one, another = plain.to_json(), other.to_json()
    assert {key for key in one if one[key] != another[key]} <= UNSEALED
    np.testing.assert_equal(plain.metrics["validation"], other.metrics["validation"])
    assert plain.intervals.get("width") == other.intervals.get("width")  # validation errors decide about the margin
    assert plain.metrics["test"] != other.metrics["test"]


def test_a_trial_has_test_scores_and_counts_by_its_validation_score(monkeypatch):
    record, _ = trained("adding-50", "trial", monkeypatch)
    assert set(record.metrics) == {"validation", "test"}
    assert set(record.metrics["test"]) == set(record.metrics["validation"])
    assert (record.split, record.score("mse")) == ("validation", record.metrics["validation"]["mse"])
    assert record.score("mse", "test") == record.metrics["test"]["mse"]


def test_what_trains_and_measures_gradients_gets_no_test_data(monkeypatch):
    from suite.training import fit, gradients

    seen = []
    for module, name, place in ((fit, "fit", 2), (gradients, "by_lag", 2)):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, f=original, at=place: seen.append(a[at]) or f(*a))
    trained("parity-20", "final", monkeypatch)
    assert len(seen) == 3
    assert all(len(data.test[0]) == len(data.test[1]) == len(data.extra) == 0 for data in seen)


class Shown(Progress):
    """Keeps what it shows of every run that ends."""

    def __init__(self):
        super().__init__(quiet=True)
        self.shown = []

    def finished(self, plan, record):
        super().finished(plan, record)
        self.shown.append((described(plan, record), outcome(plan, record)))


def declare(misleading: bool) -> None:
    """A task whose test split is drawn alike or, if `misleading`, asks for the opposite in another unit."""

    @task("toy", family="mine", kind="regression", metric="mse", baseline="mean")
    def toy(seed: int, examples: int = 40) -> Data:
        """Five numbers; which was the last?"""
        xs = np.random.default_rng(seed).normal(size=(3, examples, 5, 1)).astype("float32")
        train, validation, test = ((x, x[:, -1, 0].copy()) for x in xs)
        return Data(train, validation, (1 - 9 * test[0], -50 * test[1]) if misleading else test)


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize(("search", "trials"), [("random", 4), ("bayesian", 6), ("hyperband", 5)])
def test_a_search_proposes_chooses_and_shows_the_same_whatever_the_test_split(tmp_path, search, trials):
    found = []
    for misleading in (False, True):
        declare(misleading)
        experiment = Experiment(
            ["toy"], ["gru"], search=search, trials=trials, epochs=3, seeds=1, weights=60, search_space=ONE_STRUCTURE,
            name=f"study-{misleading}",
        )  # fmt: skip
        progress = Shown()
        records = list(run(experiment, tmp_path, workers=0, progress=progress).records())
        TASKS.forget(__file__)
        found.append((records, progress.shown))
    (plain, shown), (other, others_shown) = found
    assert len(plain) == len(other) > trials
    assert [one.hyperparameters for one in plain] == [one.hyperparameters for one in other]
    assert [one.history for one in plain] == [one.history for one in other]
    assert all(one.metrics["test"] != two.metrics["test"] for one, two in zip(plain, other, strict=True))
    assert shown[:trials] == others_shown[:trials]


SCORING = {
    ("suite.training.evaluate", "evaluate"),  # of runs
    ("suite.tasks.description", "_all_scores"),  # of baselines
    ("suite.tasks.targets", "targets"),  # what each test target contributes to the baselines' scores
    ("suite.tasks.data", "checksum"),
    ("suite.tasks.as_arrays", "as_arrays"),  # turns the values of every split into arrays
    ("suite.tasks.facts", "full_sheet"),  # counts the classes of every split, for people to read
    ("suite.tasks.validation", "check_data"),
    ("suite.training.train", "without_test"),  # takes the test split away
}
READERS: set[tuple[str, str]] = set()


class SealedPair(tuple):
    """A test split whose labels raise when anything but scoring reads them."""

    def __getitem__(self, place):
        if place != 0:
            self.check()
        return super().__getitem__(place)

    def __iter__(self) -> Iterator:
        yield super().__getitem__(0)
        self.check()
        yield super().__getitem__(1)

    def check(self):
        frame, callers = sys._getframe(2), set()
        while frame:
            callers.add((frame.f_globals.get("__name__"), frame.f_code.co_name))
            frame = frame.f_back
        if not callers & SCORING:
            raise AssertionError("something other than scoring reads the test labels")
        READERS.update(callers & SCORING)


def seal() -> None:
    """Declares a task on real data with three test splits, all sealed, and with baselines that are tuned."""

    @task(
        "sealed", family="mine", kind="classification", metric="accuracy", baseline="majority",
        trained_baseline=("flattened", "minirocket"), source="my files",
    )  # fmt: skip
    def sealed(seed: int, fold: Fold = ONE_SPLIT) -> Data:
        """Five numbers; is the last above zero?"""
        x = np.random.default_rng(0).normal(size=(120, 5, 1)).astype("float32")
        y, rows = (x[:, -1, 0] > 0).astype(int), np.arange(120)
        tested = rows % fold.folds == fold.index if fold.folds > 1 else rows < 40
        rest = np.random.default_rng(seed).permutation(rows[~tested])
        train, validation = ((x[part], y[part]) for part in (rest[20:], rest[:20]))
        return Data(train, validation, SealedPair((x[tested], y[tested])))


@pytest.mark.usefixtures("rough")
@pytest.mark.parametrize(("search", "trials"), [("random", 3), ("bayesian", 4), ("hyperband", 5)])
def test_only_scoring_reads_test_labels(tmp_path, search, trials):
    seal()
    READERS.clear()
    experiment = Experiment(
        ["sealed"], ["gru"], search=search, trials=trials, epochs=3, seeds=3, weights=60, folds=3, tuning_control=True
    )
    records = list(run(experiment, tmp_path, workers=0, progress=Shown()).records())
    assert {record.error for record in records} == {None}
    assert {record.role for record in records} == {"trial", "final", "control"}
    assert READERS == SCORING


def test_the_seal_holds():
    seal()
    data = TASKS.get("sealed").load(1, None, Fold(1, 3))
    with pytest.raises(AssertionError, match="something other than scoring"):
        data.test[1]
    with pytest.raises(AssertionError, match="something other than scoring"):
        _, _ = data.pair("test")
