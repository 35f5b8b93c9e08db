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
    assert found.startswith("The curves of expected best never cross on adding-50")
