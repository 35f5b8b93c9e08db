"""Gaps: places in series after which moments are missing, and changes of the clock."""

from itertools import pairwise

import numpy as np

from suite.tasks.own.series.rows import Rows
from suite.tasks.own.spacing import Spacing, spacing


def spacings(rows: Rows) -> list[Spacing]:
    """Return the spacing of each series."""
    bounds = rows.bounds()
    return [spacing(rows.times[start:stop]) for start, stop in pairwise(bounds)]


def gaps(rows: Rows, found: list[Spacing] | None = None) -> np.ndarray:
    """Return whether something is missing between each row and the next one of its series, (rows,).

    A change of the clock counts, because local times do not say whether an hour is missing there.
    """
    breaks = rows.breaks.copy()
    for start, one in zip(rows.bounds(), spacings(rows) if found is None else found, strict=False):
        breaks[start + one.holes] = True
        breaks[start + one.clock] = True
    return breaks
