"""Tuning: what a search shows, from hand-written records."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from suite.analysis import tuning
from suite.analysis.importance import functional_anova
from suite.results.results import load

CELL = ("adding-50", "lstm")


@pytest.fixture
def study(tmp_path, records):
    """Write trials of adding-50 with lstm, scored by a function of the configuration, and load the results."""

    def make(count, function, search="random", budgets=None):
        rng = np.random.default_rng(0)
        records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm"], trials=count, search=search)
        records.write_task(tmp_path, "adding-50")
        for index in range(count):
            values = {
                "learning_rate": float(10 ** rng.uniform(-4, -1.5)),
                "gate_bias": str(rng.choice(["0", "1", "chrono"])),
                "depth": 1,
            }
            spec = {"hyperparameters": values, "budget": {"epochs": budgets[index] if budgets else 9}}
            score = function(values, index)
            changes = {"spec": spec, "seconds": {"fit": 2.0}}
            changes |= {} if score is not None else {"status": "diverged", "metrics": {}, "error": "the loss was nan"}
            records.write(tmp_path, records.record(*CELL, "trial", index, score or 0.1, **changes))
        return load(tmp_path)

    return make


def by_rate(values, index):
    return (np.log10(values["learning_rate"]) + 3) ** 2


@pytest.fixture
def few_resamples(monkeypatch):
    """Bounds from few resampled tables: enough for what is tested here."""
    monkeypatch.setattr(tuning, "functional_anova", partial(functional_anova, resamples=5))


@pytest.mark.usefixtures("few_resamples")
class TestImportance:
    def test_it_names_the_deciding_hyperparameter_and_the_values_tried(self, study):
        found = tuning.importance(study(60, by_rate)).set_index("name")
        assert list(found.index) == ["learning_rate", "gate_bias", "learning_rate × gate_bias"]  # noqa: RUF001
        rate = found.loc["learning_rate"]
        assert rate["share"] > 0.8
        assert rate["low"] <= rate["share"] <= rate["high"]
        assert rate["fit"] > 0.5
        assert (rate["n"], rate["note"]) == (60, "")
        assert found.loc["gate_bias", "searched"] == "0, 1, chrono"
        assert found.loc["gate_bias", "share"] < 0.1

    def test_words_can_matter_too(self, study):
        worth = {"0": 0.3, "1": 0.1, "chrono": 0.2}
        found = tuning.importance(study(40, lambda values, index: worth[values["gate_bias"]])).set_index("name")
        assert found.loc["gate_bias", "share"] > 0.9

    def test_too_few_trials_have_no_shares(self, study):
        found = tuning.importance(study(19, by_rate))
        assert set(found["note"]) == {"too few trials"}
        assert found[["share", "low", "high", "fit"]].isna().all(axis=None)
        assert set(found["n"]) == {19}

    def test_a_forest_that_does_not_fit_has_no_shares_but_shows_its_fit(self, study):
        noise = np.random.default_rng(5).normal(size=30)
        found = tuning.importance(study(30, lambda values, index: float(noise[index])))
        assert set(found["note"]) == {"the forest does not fit"}
        assert found["share"].isna().all()
        assert (found["fit"] < 0.5).all()

    def test_a_number_that_some_trials_lack_does_not_explain_noise(self, study):
        def scores(values, index):
            if index % 3:
                values["rate_of_second"] = float(np.random.default_rng(index).uniform())
            return by_rate(values, index) + float(np.random.default_rng(index + 1000).normal(scale=0.3))

        found = tuning.importance(study(60, scores)).set_index("name")
        assert found.loc["learning_rate", "fit"] > 0.5
        assert found.loc["rate_of_second", "share"] < 0.1

    def test_failed_trials_do_not_count(self, study):
        found = tuning.importance(study(30, lambda values, index: None if index % 2 else by_rate(values, index)))
        assert set(found["n"]) == {15}

    def test_trials_of_other_epochs_do_not_count(self, study):
        found = tuning.importance(study(30, by_rate, "hyperband", [9] * 5 + [3] * 25))
        assert set(found["n"]) == {25}

    def test_without_trials_there_are_no_rows(self, study):
        assert tuning.importance(study(0, by_rate)).empty


class TestExpectedBest:
    """Errors of adding-50, whose trivial baseline has an error of 0.1667, as skills."""

    def test_it_is_the_test_skill_of_the_trial_that_validation_chooses(self, trials):
        skills = [0.5, 0.2, 0.8, 0.3, 0.7, 0.1]
        chosen = [{"validation": 1 - skill} for skill in skills]  # validation prefers what is worst on test data
        found = tuning.expected_best(trials({CELL: skills}, best_of=1, beside={CELL: chosen}))
        # of 15 pairs, the worst is in 5, the next in 4, ...
        pairs = (0.1 * 5 + 0.2 * 4 + 0.3 * 3 + 0.5 * 2 + 0.7 * 1) / 15
        assert found[["trials", "seconds"]].values.tolist() == [[1, 3], [2, 6]]
        assert list(found["expected"]) == pytest.approx([2.6 / 6, pairs])

    def test_it_goes_to_a_third_of_the_trials_and_has_a_band(self, trials, around):
        found = tuning.expected_best(trials({CELL: around(0.5)}))
        assert list(found["trials"]) == list(range(1, 9))
        assert ((found["low"] < found["expected"]) & (found["expected"] < found["high"])).all()
        assert found["expected"].is_monotonic_increasing
        assert (found["high"] <= 1).all()

    def test_a_failed_trial_counts_as_the_worst(self, trials):
        found = tuning.expected_best(trials({CELL: [0.5, 0.2, None]}, best_of=1))
        assert list(found["expected"]) == pytest.approx([0.7 / 3])

    @pytest.mark.parametrize("skills", [[0.5, 0.2, 0.3, 0.4], [0.5] * 24])
    def test_few_or_identical_trials_have_no_band(self, trials, skills):
        found = tuning.expected_best(trials({CELL: skills}, best_of=1))
        assert found["low"].isna().all()

    def test_only_independent_trials_with_test_scores_have_a_curve(self, trials, around):
        assert tuning.expected_best(trials({CELL: around(0.5)}, search="bayesian")).empty
        old = [{"metrics": {"validation": {"mse": 0.1}}}] * 24
        assert tuning.expected_best(trials({CELL: around(0.5)}, beside={CELL: old})).empty
        assert tuning.expected_best(trials({CELL: [None] * 24})).empty


@pytest.fixture
def curves(study, monkeypatch):
    """Make curves of the skill of an LSTM and a GRU, and return where they cross."""

    def make(first, second, seconds=(1, 1)):
        frames = [
            pd.DataFrame({"task": "adding-50", "architecture": name, "trials": range(1, len(expected) + 1),
                          "seconds": np.arange(1, len(expected) + 1) * per_trial, "expected": expected})
            for name, expected, per_trial in (("lstm", first, seconds[0]), ("gru", second, seconds[1]))
        ]  # fmt: skip
        monkeypatch.setattr(tuning, "expected_best", lambda results: pd.concat(frames))
        return tuning.crossings(make.results)

    make.results = study(1, by_rate)
    return make


class TestCrossings:
    def test_a_crossing_has_its_place_and_the_new_leader(self, curves):
        found = curves([0.6, 0.65, 0.66], [0.5, 0.7, 0.8])
        assert found.values.tolist() == [
            ["adding-50", "lstm", "gru", "trials", 2.0], ["adding-50", "lstm", "gru", "seconds", 2.0],
        ]  # fmt: skip

    def test_curves_that_do_not_cross_have_no_crossing(self, curves):
        assert curves([0.3, 0.4], [0.2, 0.3]).empty

    def test_a_slow_architecture_crosses_later_in_seconds(self, curves):
        found = curves([0.6, 0.65, 0.66, 0.67, 0.68, 0.69], [0.5, 0.7, 0.8], seconds=(1, 2))
        assert found.set_index("by")["at"].to_dict() == {"trials": 2.0, "seconds": 4.0}


class TestGains:
    def test_over_one_trial_is_the_best_of_n_minus_the_mean_of_the_same_trials(self, trials):
        skills = [0.5, 0.2, 0.8, 0.3, 0.7, 0.1]
        (found,) = tuning.gains(trials({CELL: skills}, best_of=2)).to_dict("records")
        pairs = (0.8 * 5 + 0.7 * 4 + 0.5 * 3 + 0.3 * 2 + 0.2 * 1) / 15
        assert (found["task"], found["architecture"], found["over"], found["n"]) == (*CELL, "one trial", 6)
        assert found["gain"] == pytest.approx(pairs - 2.6 / 6)
        assert found["low"] < found["gain"] < found["high"]

    def controls(self, trials, skills):
        """Return trials of mean 0.8, and control runs with these skills."""
        rng = np.random.default_rng(1)
        results = trials({CELL: list(0.8 + 0.05 * rng.normal(size=24))}, best_of=4)
        added = trials({CELL: skills}, best_of=4)
        results.records += [
            replace(one, role="control", id=one.id.replace("trial", "control")) for one in added.records
        ]
        return results

    def test_over_the_default_configuration_is_the_best_of_n_minus_the_mean_of_the_control_runs(self, trials):
        results = self.controls(trials, [0.5, 0.6, 0.55, 0.45, 0.4])
        found = tuning.gains_of(results, *CELL)["the default configuration"]
        worth = tuning.expected_best(results).set_index("trials").loc[4, "expected"]
        assert (found.centre, found.n) == (pytest.approx(worth - 0.5), 5)
        assert 0.2 < found.low < found.centre < found.high

    def test_a_failed_control_run_is_the_worst_outcome(self, trials):
        sound, failed = (self.controls(trials, [*[0.5] * 4, last]) for last in (0.5, None))
        gains = [tuning.gains_of(results, *CELL)["the default configuration"].centre for results in (sound, failed)]
        assert gains[1] - gains[0] == pytest.approx(0.1)

    def test_one_control_run_gives_no_interval(self, trials):
        found = tuning.gains_of(self.controls(trials, [0.5]), *CELL)["the default configuration"]
        assert (found.n, np.isnan(found.low), np.isnan(found.high)) == (1, True, True)
        assert found.centre > 0.3

    def test_without_independent_trials_there_is_no_gain(self, trials, tmp_path, records):
        records.write_study(tmp_path, trials=0)
        assert tuning.gains(load(tmp_path)).empty
        assert tuning.gains(trials({CELL: [0.5] * 4}, best_of=1)).empty
