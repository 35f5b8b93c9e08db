"""Sources: a table and a sentence on where the width of the intervals on real data comes from."""

from typing import Any

import numpy as np

from suite.analysis.shared_test import shared_test
from suite.analysis.sources import sources as found_sources
from suite.report.findings import presented
from suite.report.naming import task_cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import number, percent

PARTS = {"search": "search", "seeds": "seeds", "folds": "folds"}
COLUMNS = ("Task", "Pair", "Other trials, ±", *(f"Share of {part}" for part in PARTS), "Other test examples, ±")


def sources(results: Results) -> Table:
    """Return one row per pair of architectures on real data: both half-widths, and the shares of their sources."""
    rows = [
        [
            task_cell(results, task), pair_in_words(results, one), _skill(one["trials"]),
            *(percent(one[part]) if np.isfinite(one[part]) else "—" for part in PARTS), _skill(one["items"]),
        ]
        for task in presented(results)
        for one in found_sources(results, task).to_dict("records")
    ]  # fmt: skip
    caption = (
        "Where the width of intervals comes from on real data: half-widths of the 95 % intervals for other trials and "
        "for other test examples, in skill, of which the wider one counts, and shares of the variance between trials. "
        "If no configuration has two final runs, the share of the seeds is unknown and is included in that of the "
        "search"
    )
    return Table("sources", caption, COLUMNS, rows)


def in_words(results: Results, task: str) -> str:
    """Return a sentence with both half-widths of every pair of a task."""
    shared, found = shared_test(results, task), found_sources(results, task).to_dict("records")
    unit = shared.unit if shared else "example"
    each = [f"{pair_in_words(results, one)}: ±{_skill(one['trials'])} / ±{_skill(one['items'])}" for one in found]
    what = f"the half-width of each interval for other trials / other {unit}s, in skill"
    return f"On {results.title(task)}, {what}: {'; '.join(each)}."


def pair_in_words(results: Results, one: dict[Any, Any]) -> str:
    """Return "LSTM minus GRU" for a pair of architectures."""
    return f"{results.called(one['first'])} minus {results.called(one['second'])}"


def _skill(value: Any) -> str:
    return number(float(f"{value:.2g}")) if np.isfinite(value) else "∞"
