"""Gaps: places in series after which moments are missing, and changes of the clock."""

from itertools import pairwise

import numpy as np

from suite.tasks.own.series.rows import Rows
from suite.tasks.own.tables.spacing import Spacing, spacing


def spacings(rows: Rows) -> list[Spacing]:
    """Return the spacing of each series."""
    bounds = rows.bounds()
    return [spacing(rows.times[start:stop]) for start, stop in pairwise(bounds)]


def gaps(rows: Rows, found: list[Spacing]) -> np.ndarray:
    """Return whether something is missing between each row and the next one of its series, (rows,).

    A change of the clock counts, because local times do not say whether an hour is missing there. `found`: the spacing
    of each series, [] if the times are row numbers.
    """
    breaks = rows.breaks | blank_lines(rows)
    for start, one in zip(rows.bounds(), found, strict=False):
        breaks[start + one.holes] = True
        breaks[start + one.clock] = True
    return breaks


def blank_lines(rows: Rows) -> np.ndarray:
    """Return whether a blank line follows each row of a table with just one column: it may be a missing cell."""
    table = rows.table
    alone = len(table.columns) == 1 and "ignored columns" not in table.sheet.facts
    numbers = np.array(table.rows)[rows.at]
    return (np.diff(numbers, append=numbers[-1:] + 1) > 1) & alone
