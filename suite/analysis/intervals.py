"""Intervals: how often prediction intervals and sets contain the test targets, and whether that is as promised."""

from typing import Any

import numpy as np
import pandas as pd

from suite.results.record import Record
from suite.results.results import Results
from suite.tasks.intervals import expected_coverage

COLUMNS = ("architecture", "runs", "coverage", "lowest", "highest", "low", "high", "width", "off")
TOO_FEW, TOO_MANY = "too few", "too many"
CHANCE = 0.99


def coverages(results: Results, task: str) -> pd.DataFrame:
    """Return one row per architecture whose final runs have prediction intervals or sets.

    The columns are architecture, runs, coverage (the mean over runs and outputs), lowest and highest (of any run and
    output), low and high (where the coverages of all runs lie by a chance of 99 % if test targets are like validation
    targets), width (the mean width of the intervals or size of the sets) and off: "too few" or "too many" if a coverage
    lies beyond, else "". Too many are no fault of sets: one class may be sure, and targets without labels are always
    within.
    """
    found = [record for record in results.records_of(task) if record.role == "final" and record.intervals]
    cells = {name: [one for one in found if one.architecture == name] for name in results.architectures}
    rows = [{"architecture": name} | _measured(runs) for name, runs in cells.items() if runs]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _measured(runs: list[Record]) -> dict[str, Any]:
    each = [one.intervals for one in runs]
    sets = all("size" in one for one in each)
    coverage = np.array([one["coverage"] for one in each])
    chance = 1 - (1 - CHANCE) / coverage.size  # Bonferroni: for every run and output at once
    ends = [expected_coverage(one["validation"], one["test"], one["level"], chance) for one in each]
    low, high = np.array(ends).T[..., None]
    off = TOO_FEW if (coverage < low).any() else TOO_MANY if (coverage > high).any() and not sets else ""
    return {
        "runs": len(runs), "coverage": coverage.mean(), "lowest": coverage.min(), "highest": coverage.max(),
        "low": low.min(), "high": high.max(), "width": np.mean([one["size" if sets else "width"] for one in each]),
        "off": off,
    }  # fmt: skip
