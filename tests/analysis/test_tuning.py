"""Tuning: what a search shows, from hand-written records."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from suite.analysis import tuning
from suite.analysis.importance import functional_anova
from suite.report import tuning as report_tuning
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
    def test_it_begins_with_the_default_and_ends_with_the_best(self, study):
        scores = [0.5, 0.2, 0.8, 0.3]
        found = tuning.expected_best(study(4, lambda values, index: scores[index]))
        assert list(found["trials"]) == [1, 2, 3, 4]
        assert list(found["seconds"]) == [2, 4, 6, 8]
        # one more of 0.2, 0.5 (instead of 0.8), 0.3; two more: 0.2, 0.2, 0.3
        assert list(found["expected"]) == pytest.approx([0.5, 1.0 / 3, 0.7 / 3, 0.2])
        assert (found["low"] <= found["high"]).all()

    def test_a_failed_trial_counts_as_the_worst(self, study):
        scores = [0.5, 0.2, None]
        found = tuning.expected_best(study(3, lambda values, index: scores[index]))
        assert list(found["expected"]) == pytest.approx([0.5, 0.35, 0.2])

    def test_only_independent_trials_have_a_curve(self, study):
        assert tuning.expected_best(study(4, by_rate, "bayesian")).empty

    def test_without_a_score_there_is_no_curve(self, study):
        assert tuning.expected_best(study(3, lambda values, index: None)).empty


@pytest.fixture
def curves(study, monkeypatch):
    """Make curves of an LSTM and a GRU on errors, and return where they cross."""

    def make(first, second, seconds=(1, 1)):
        frames = [
            pd.DataFrame({"task": "adding-50", "architecture": name, "trials": range(1, len(expected) + 1),
                          "seconds": np.arange(1, len(expected) + 1) * per_trial, "expected": expected})
            for name, expected, per_trial in (("lstm", first, seconds[0]), ("gru", second, seconds[1]))
        ]  # fmt: skip
        for module in (tuning, report_tuning):
            monkeypatch.setattr(module, "expected_best", lambda results: pd.concat(frames))
        return tuning.crossings(make.results)

    make.results = study(1, by_rate)
    return make


class TestCrossings:
    def test_a_crossing_has_its_place_and_the_new_leader(self, curves):
        found = curves([0.3, 0.25, 0.24], [0.4, 0.2, 0.1])  # errors: lower is better
        assert found.values.tolist() == [
            ["adding-50", "lstm", "gru", "trials", 2.0], ["adding-50", "lstm", "gru", "seconds", 2.0],
        ]  # fmt: skip

    def test_curves_that_do_not_cross_have_no_crossing(self, curves):
        assert curves([0.3, 0.2], [0.4, 0.3]).empty

    def test_a_slow_architecture_crosses_later_in_seconds(self, curves):
        found = curves([0.3, 0.25, 0.24, 0.23, 0.22, 0.21], [0.4, 0.2, 0.1], seconds=(1, 2))
        assert found.set_index("by")["at"].to_dict() == {"trials": 2.0, "seconds": 4.0}


class TestCrossed:
    def test_the_report_lists_crossings_and_their_absence(self, curves):
        curves([0.3, 0.25, 0.24, 0.23, 0.22, 0.21], [0.4, 0.2, 0.1], seconds=(1, 2))
        (said,) = report_tuning.crossed(curves.results)
        assert "by trials, gru passes lstm at 2; by seconds of training, gru passes lstm at 4." in said
        curves([0.3, 0.2], [0.4, 0.3])
        (said,) = report_tuning.crossed(curves.results)
        assert said.startswith("No curves of the expected best score cross on adding-50")


class TestGains:
    def test_a_gain_is_paired_by_seed_and_in_skill(self, tmp_path, records):
        records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm"])
        records.write_task(tmp_path, "adding-50")
        for index, (final, control) in enumerate([(0.01, 0.05), (0.02, 0.05), (0.01, 0.04)]):
            records.write(tmp_path, records.record(*CELL, "final", index, final))
            records.write(tmp_path, records.record(*CELL, "control", index, control))
        records.write(tmp_path, records.record(*CELL, "final", 3, 0.01))
        (found,) = tuning.gains(load(tmp_path)).to_dict("records")
        assert (found["task"], found["architecture"], found["n"]) == (*CELL, 3)
        assert found["gain"] == pytest.approx((0.04 + 0.03 + 0.03) / 3 / 0.1667)
        assert found["low"] < found["gain"] < found["high"]

    def test_without_control_runs_there_is_no_gain(self, tmp_path, records):
        records.write_study(tmp_path)
        assert tuning.gains(load(tmp_path)).empty
