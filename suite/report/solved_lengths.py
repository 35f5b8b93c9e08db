"""Solved lengths: a table of the lengths in a sweep that the final runs of each architecture solve."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from suite.analysis.memory_length import in_words, retention
from suite.report.naming import cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import percent

HALF = "Half of the runs solve it up to length (95 % interval)"
SOLVED = (
    "Share of final runs that solve each length, that is, reach its threshold; a failed run does not. "
    "Solved up to: the largest length that at least 80 % of the final runs solve."
)
HALF_SOLVED = (
    "Half of the runs: where a logistic curve over the logarithm of length crosses one half; its interval resamples "
    'runs. What lies beyond the lengths that were run is "over" or "below" them.'
)


def solved_lengths(results: Results, tasks: Sequence[str]) -> Table:
    """Return one row per architecture: the share of final runs that solve each length, and the lengths they reach.

    The last columns are the largest length that 80 % of the runs solve and, if the sweep has several lengths, the
    length at which half of the runs do, with its interval.
    """
    lengths = sorted({int(length) for task in tasks if (length := results.task(task).length)})
    several = len(lengths) > 1
    rows = []
    for name in results.architectures:
        known, solved = results.solved(tasks, name)
        if known:
            shares = pd.Series(solved, dtype=float).groupby(known).mean().reindex(lengths)
            cells = ["—" if pd.isna(share) else percent(share) for share in shares]
            rows.append([cell(results, name), *cells, *_reach(known, solved)[: 1 + several]])
    columns = ["Architecture", *(f"{length} steps" for length in lengths), "Solved up to length", HALF]
    caption = f"{SOLVED} {HALF_SOLVED}" if several else SOLVED
    return Table("solved", caption, columns if several else columns[:-1], rows)


def _reach(lengths: list[int], solved: list[bool]) -> tuple[str, str]:
    """Return the largest length that 80 % of runs solve and that at which half do ("—" if there is only one length)."""
    found, run = retention(lengths, solved), sorted(set(lengths))
    half, low, high = (in_words(length, lengths) for length in found[1:])
    longest = f"{found.longest:g}" if found.longest else "none of those run"
    if np.isinf(found.longest):
        longest = f"{run[-1]}, the {'longest' if len(run) > 1 else 'only length'} run"
    return longest, f"{half} ({low} to {high})" if len(run) > 1 else "—"
