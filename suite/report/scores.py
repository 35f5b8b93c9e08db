"""Scores: the matrix of tasks by architectures in every metric, as text and as numbers to sort by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.comparisons import TRAINED, Comparisons, compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.flags import flagged
from suite.experiment.expected_runs import missing_runs
from suite.report.findings import presented
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.runs import skill
from suite.results.statuses import Status
from suite.statistics import MARGIN, Estimate
from suite.tasks.metrics import METRICS
from suite.text import interval, number

MARKS = {"best": " ★", "equal": " ≈"}


@dataclass(frozen=True)
class Entry:
    """One cell of the matrix: its score with its interval, as text, and notes.

    `mark` is "best", "equal" (practically equal to the best) or "". `value` and `skill` are the mean score and the mean
    skill to sort by; None if unknown.
    """

    architecture: str
    score: str
    mark: str
    notes: list[str]
    value: float | None = None
    skill: float | None = None


@dataclass(frozen=True)
class Row:
    """One task of the matrix: one entry per architecture, and the facts about the task as a whole."""

    task: str
    family: str
    metric: str
    scale: str
    baseline: str
    trained: str
    ceiling: str
    beats_trained: str
    entries: list[Entry]


@section("matrix", "Scores")
def scores(page: Page) -> Content:
    """Return the score of every cell in every metric; the page's script can sort and filter the cells."""
    results = page.results
    return {
        "architectures": results.architectures,
        "matrix": matrix(results),
        "alternatives": alternatives(results, presented(results)),
    }


def scores_table(results: Results) -> Table:
    """Return one row per task with the scores of the baselines and of every architecture."""
    caption = "Mean test scores with 95 % intervals; ★ has the highest mean skill of its task, ≈ is practically equal"
    columns = (
        "Task", "Metric", "Trivial baseline", "Trained baseline", "Best possible", "Beats the trained baseline",
        *results.architectures,
    )  # fmt: skip
    rows = [
        [row.task, row.scale, row.baseline, row.trained, row.ceiling, row.beats_trained]
        + [f"{entry.score}{MARKS.get(entry.mark, '')}" for entry in row.entries]
        for row in matrix(results)
    ]
    return Table("scores", caption, columns, rows)


@remember()
def matrix(results: Results) -> list[Row]:
    """Return one row per task; mark the highest mean skill as best if at least two architectures have a skill."""
    return [row_of(results, task) for task in presented(results)]


@remember()
def row_of(results: Results, task: str) -> Row:
    """Return the row of the matrix for one task."""
    facts, found = results.task(task), compare(results, task)
    cells = results.cells[results.cells["task"] == task].set_index("architecture", drop=False)
    best = cells["skill"].idxmax() if cells["skill"].count() > 1 else None
    levels = (_level(cells[key].mean(), getattr(facts, key)) for key in ("baseline", "trained_baseline"))
    entries = [_entry(results, cell, best, found) for _, cell in cells.iterrows()]
    named = (task, results.family(task), facts.metric or "", results.scale(task))
    return Row(*named, *levels, number(facts.ceiling), _beats_trained(results, task, found), entries)


def _beats_trained(results: Results, task: str, found: Comparisons) -> str:
    """Return text such as "yes: lstm, gru; undecided: simple-rnn", by the joint intervals; "—" if nothing is known."""
    answers: dict[str, list[str]] = {"yes": [], "no": [], "undecided": []}
    for name in results.architectures:
        answers.get(found.beats(name, TRAINED), []).append(name)
    return "; ".join(f"{answer}: {', '.join(names)}" for answer, names in answers.items() if names) or "—"


def _level(level: float, name: str | None) -> str:
    return f"{number(level)} ({name})" if name is not None else number(level)


def _entry(results: Results, cell: pd.Series, best: str | None, found: Comparisons) -> Entry:
    name = cell["architecture"]
    if why := results.does_not_apply.get(f"{cell['task']}/{name}"):
        return Entry(name, "does not apply", "", [why])
    related = found.related(name, best) if best else None
    mark = "best" if name == best else "equal" if related and related.verdict is PairVerdict.EQUAL else ""
    notes = [*_losses(results, cell), *_missing(results, cell)]
    if not cell["n"]:
        return Entry(name, "no score", "", notes)
    counts, n = flagged(results, cell["task"], name)
    flags = [f"{flag}: {count} of {n}" for flag, count in counts.items()]
    score = interval(Estimate(cell["mean"], cell["low"], cell["high"], cell["n"]))
    notes = [f"skill {number(cell['skill'], MARGIN)}", *notes, *flags]
    return Entry(name, score, mark, notes, *(known(cell[key]) for key in ("mean", "skill")))


def _losses(results: Results, cell: pd.Series) -> list[str]:
    """Return the number of final runs without a score for each reason."""
    lost = results.finals_of(cell["task"], cell["architecture"])
    reasons = lost.loc[lost["score"].isna(), "status"].replace(Status.OK, "no score").value_counts()
    return [f"{count} failed: {reason}" for reason, count in reasons.items()]


def _missing(results: Results, cell: pd.Series) -> list[str]:
    count = missing_runs(results.experiment, cell["task"], cell["architecture"], results.made)["final"]
    return [f"{count} missing"] if count else []


def alternatives(results: Results, tasks: Sequence[str]) -> dict[str, Any]:
    """Return the cells of the matrix in every metric, as text and as numbers, for the page's script.

    Format: {"metrics": {name: words}, "tasks": {task: {metric: {"baseline", "trained_baseline", "trained_skill",
    "cells": {architecture: [score, mean, skill, mean skill]}}}}}.
    """
    scores = results.metrics[results.metrics["task"].isin(tasks)]
    found: dict[str, Any] = {}
    for (task, metric), runs in scores.groupby(["task", "metric"], sort=False):
        found.setdefault(task, {})[metric] = _alternative(metric, runs)
    names = [name for name in METRICS if name in set(scores["metric"])]
    return {"metrics": {name: words(name) for name in names}, "tasks": found}


def words(metric: str) -> str:
    """Return the name of a metric and its direction: "log loss, lower is better"."""
    return f"{metric.replace('_', ' ')}, {METRICS[metric].direction} is better"


def _alternative(metric: str, runs: pd.DataFrame) -> dict[str, Any]:
    cells = {}
    for name, cell in runs.groupby("architecture", sort=False):
        score, gained = statistics.bootstrap_t(cell["score"]), statistics.bootstrap_t(_skills(metric, cell, "score"))
        low, high = METRICS[metric].within_range(score.low, score.high)
        score = score._replace(low=low, high=high)
        cells[name] = [*_text(score), *_text(gained)]
    beside = {key: number(runs[key].mean()) for key in ("baseline", "trained_baseline")}
    trained = statistics.present(_skills(metric, runs, "trained_baseline"))
    return beside | {"trained_skill": number(trained.mean(), MARGIN) if len(trained) else "—", "cells": cells}


def _skills(metric: str, runs: pd.DataFrame, column: str) -> list[float]:
    """Return the skill of each value of a column; NaN if skill is not defined for the metric."""
    if metric not in METRICS or not METRICS[metric].has_skill:
        return [np.nan] * len(runs)
    pairs = zip(runs[column], runs["baseline"], strict=True)
    return [skill(*(None if pd.isna(value) else value for value in pair), METRICS[metric].perfect) for pair in pairs]


def _text(estimate: Estimate) -> tuple[str, float | None]:
    if not estimate.n:
        return "—", None
    return interval(estimate), known(estimate.centre)


def known(value: float) -> float | None:
    """Return a number rounded to six significant digits for the page; None if it is not finite."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
