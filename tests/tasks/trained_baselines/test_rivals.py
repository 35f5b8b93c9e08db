"""Rivals: of several trained baselines, the best on validation data is the one that counts."""

import json
from dataclasses import replace

import numpy as np
import pytest
from baseline_scores import measure
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression

from suite.errors import RequestError
from suite.results.task_info import TaskInfo
from suite.tasks.data import Data
from suite.tasks.description import describe, fitted, measured
from suite.tasks.reference import reference_scores
from suite.tasks.task import Task, check_declaration

X = np.random.default_rng(7).normal(size=(80, 30, 1))
Y = X[:, -1, 0] + 0.5 * X[:, -9, 0]


def task(trained=("har", "lags"), **fields) -> Task:
    usual = {"kind": "regression", "metric": "mse", "baseline": "mean", "function": lambda seed: None}
    return Task(name="sensor", family="machines", place="here", trained_baseline=trained, **usual | fields)


def data(**more) -> Data:
    return Data((X[:40], Y[:40]), (X[40:60], Y[40:60]), (X[60:], Y[60:]), **more)


def test_the_best_rival_has_the_best_validation_score_whatever_the_test_split_says():
    spoilt = replace(data(), test=(X[60:], X[60:, 0, 0]))
    found = measured(task(), spoilt, fitted(task(), spoilt))
    scores = {name: one["scores"] for name, one in found["rivals"].items()}
    assert scores["lags"]["validation"]["mse"] < scores["har"]["validation"]["mse"]
    assert scores["lags"]["test"]["mse"] > scores["har"]["test"]["mse"]
    assert found["best_rival"] == "lags"
    assert found["trained_baseline"] == scores["lags"]


def test_of_equals_the_first_one_declared_counts():
    twins = fitted(task((LinearRegression(), "flattened", DummyRegressor())), data())
    assert twins.best in ("LinearRegression", "flattened")
    constant = replace(data(), train=(X[:40], np.ones(40)))
    assert fitted(task((DummyRegressor(), "flattened")), constant).best == "DummyRegressor"


def test_all_rivals_are_stored_with_words_scores_and_seconds_in_plain_values():
    found = measured(task(("har", LinearRegression())), data(), fitted(task(("har", LinearRegression())), data()))
    assert {name: one["words"] for name, one in found["rivals"].items()} == {
        "har": "a HAR model",
        "LinearRegression": "the estimator LinearRegression",
    }
    assert all(one["seconds"] >= 0 and set(one["scores"]) == {"validation", "test"} for one in found["rivals"].values())
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_one_alone_is_measured_as_ever_and_none_leaves_nothing():
    alone = measured(task("lags"), data(), fitted(task("lags"), data()))
    assert (alone["best_rival"], alone["trained_baseline"]) == (
        "lags",
        measure(task("lags"), data())["trained_baseline"],
    )
    assert describe(task(), data())["trained_baseline"] == "har, lags"
    assert set(measured(task(None), data(), fitted(task(None), data()))) == {"baseline", "trained_baseline"}


class TestReference:
    def test_predictions_of_someone_are_scored_on_the_test_split_and_change_no_checksum(self):
        shown = data(reference={"prophet": Y[60:] + 2.0})
        assert reference_scores(task(), shown)["prophet"]["test"]["mse"] == pytest.approx(4)
        assert shown.checksum() == data().checksum()

    @pytest.mark.parametrize("given", [np.zeros(19), np.full(20, np.nan), ["a"] * 20])
    def test_predictions_that_do_not_fit_are_refused(self, given):
        own = task(function=lambda seed: data(reference={"prophet": given}))
        with pytest.raises(
            ValueError, match=r"task 'sensor': reference\['prophet'\] has shape .*must be finite values"
        ):
            own.load(1)

    def test_a_published_score_is_described(self):
        assert describe(task(reference=(0.981, "Kuster 2009")), data())["reference"] == [0.981, "Kuster 2009"]
        assert "reference" not in describe(task(), data())

    def test_several_published_scores_are_references_of_their_own(self):
        several = ((0.981, "Kuster 2009"), (0.97, "Smith 2010"))
        check_declaration(task(reference=several))
        stored = TaskInfo(reference=describe(task(reference=several), data())["reference"])
        assert stored.references == {"Kuster 2009": 0.981, "Smith 2010": 0.97}
        assert TaskInfo(reference=[0.981, "Kuster 2009"]).references == {"Kuster 2009": 0.981}
        assert TaskInfo().references == {}

    @pytest.mark.parametrize(
        "given",
        [0.9, (0.9,), ("0.9", "Kuster 2009"), (float("nan"), "a"), (0.9, " "), (), ((0.9, "a"), 0.8), ((0.9, " "),)],
    )
    def test_a_published_score_needs_a_number_and_a_source(self, given):
        with pytest.raises(RequestError, match="a score and its source, such as"):
            check_declaration(task(reference=given))
