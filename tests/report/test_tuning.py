"""Tuning in the report: what it says about the curves of what trials are worth."""

import numpy as np
import pandas as pd

from suite.analysis import tuning
from suite.report import tuning as report_tuning
from suite.results.results import load


def curve(name, expected, seconds=1):
    """Return the curve of a cell of adding-50, whose trials take this many seconds each."""
    trials = np.arange(1, len(expected) + 1)
    return pd.DataFrame(
        {"task": "adding-50", "architecture": name, "trials": trials, "seconds": trials * seconds, "expected": expected}
    )


def test_it_lists_crossings_and_their_absence(tmp_path, records, monkeypatch):
    results = load(records.write_study(tmp_path, trials=1, tasks=("adding-50",)))

    def said(*curves):
        for module in (tuning, report_tuning):
            monkeypatch.setattr(module, "expected_best", lambda results: pd.concat(curves))
        return report_tuning.crossed(results)

    (found,) = said(curve("lstm", [0.6, 0.65, 0.66, 0.67, 0.68, 0.69]), curve("gru", [0.5, 0.7, 0.8], seconds=2))
    assert "by trials, gru passes lstm at 2; by seconds of training, gru passes lstm at 4." in found
    (found,) = said(curve("lstm", [0.3, 0.4]), curve("gru", [0.2, 0.3]))
    assert found.startswith("The curves of expected best never cross on Adding (50 steps)")


class TestProposed:
    """It says how many trials the model of an adaptive search proposed."""

    @staticmethod
    def said(folder, records, **sources):
        cells = {("adding-50", name): own for name, own in sources.items()}
        beside = {cell: [{"proposal": source} for source in own] for cell, own in cells.items()}
        return report_tuning.proposed(records.trials(folder, {cell: [0.1] * 4 for cell in cells}, beside=beside))

    def test_the_trials_are_counted(self, tmp_path, records):
        lstm, gru = ["default", "random", "model", "model"], ["default", "random", "random", "model"]
        assert self.said(tmp_path, records, lstm=lstm, gru=gru) == [
            "3 of 8 trials were proposed by the model of the search; the others are the default configuration and "
            "random draws."
        ]

    def test_a_search_without_its_model_is_named(self, tmp_path, records):
        lstm, gru = ["default", "random", "model", "model"], ["default", "random", "random", "random"]
        assert (
            self.said(tmp_path, records, lstm=lstm, gru=gru)[1]
            == "The model proposed no trial of Adding (50 steps) with gru."
        )

    def test_older_records_say_nothing(self, tmp_path, records):
        assert self.said(tmp_path, records, lstm=[None] * 4) == []
