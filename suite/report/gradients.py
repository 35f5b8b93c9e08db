"""Gradients: a table of how fast the loss gradient shrinks or grows towards earlier steps of a sequence."""

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.memory_length import decay_per_step, half_life
from suite.report.naming import cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number, percent

WHEN = {"start": "at the start", "kept": "at the best epoch"}
COLUMNS = (
    "Architecture",
    *(f"{what} {when}" for when in WHEN.values() for what in ("Factor per step", "Half-life in steps")),
    "Clipped steps",
)


def gradients(results: Results, task: str) -> Table:
    """Return one row per architecture with measured gradients; its factors are geometric means over runs."""
    factors, rows = _factors(results.gradients(task)), []
    for name in dict.fromkeys(name for name, _ in factors):
        clipped = results.finals_of(task, name)["clipped"].mean()
        ratios = [words for when in WHEN for words in _in_words(factors.get((name, when), []))]
        rows.append([cell(results, name), *ratios, "—" if np.isnan(clipped) else percent(clipped)])
    caption = (
        "The factor by which the gradient changes with each further step back (below 1 it vanishes, above 1 it "
        "explodes; fitted as a line to the logarithms), with its 95 % interval over runs, and the number of steps "
        "after which it has halved, for the same interval"
    )
    return Table("gradients", caption, COLUMNS, rows)


def _factors(ratios: pd.DataFrame) -> dict[tuple[str, str], list[float]]:
    """Return the factor per step of every run, by (architecture, time of measurement)."""
    lines: dict[tuple[str, str], dict[int, list[tuple[int, float]]]] = {}
    for name, index, when, *point in ratios.itertuples(index=False):
        lines.setdefault((name, when), {}).setdefault(index, []).append(tuple(point))
    return {
        cell: [decay_per_step(*zip(*points, strict=True)) for points in runs.values()] for cell, runs in lines.items()
    }


def _in_words(factors: list[float]) -> tuple[str, str]:
    """Return the mean factor of one architecture at one time, and its half-life, as text."""
    centre, low, high, n = statistics.student_t(np.log(statistics.present(factors)))
    if not n:
        return "—", "—"
    factor = Estimate(*np.exp([centre, low, high]), n)
    return interval(factor), _lives(factor)


def _lives(factor: Estimate) -> str:
    """Return the half-lives (in steps) that the interval of a factor allows, as text."""
    shortest, longest = (half_life(bound) for bound in (factor.low, factor.high))
    if np.isnan(shortest):
        return number(half_life(factor.centre)) if factor.centre < 1 else "none"
    if np.isinf(longest):
        return "none" if np.isinf(shortest) else f"{_brief(shortest)} or more"
    return _brief(shortest) if shortest == longest else f"{_brief(shortest)} to {_brief(longest)}"


def _brief(steps: float) -> str:
    """Return a number of steps rounded to two significant digits: "0.96", "170"."""
    return f"{float(f'{steps:.2g}'):g}"
