"""Scores: the matrix of tasks by architectures in every metric, as text and as numbers to sort by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.comparison import Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.flags import flagged
from suite.analysis.recommendations import choose
from suite.analysis.remedies import ROLES
from suite.analysis.replicates import TRAINED, own_runs
from suite.experiment.expected_runs import missing_runs
from suite.report.expected_scores import baselines, basis_in_short, expected_score
from suite.report.findings import presented
from suite.report.naming import cell, task_cell
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.runs import skill
from suite.results.statuses import Status
from suite.statistics import MARGIN, Estimate
from suite.tasks.metrics import METRICS, Metric
from suite.text import interval, number, several

MARKS = {"best": " ★", "equal": " ≈"}


@dataclass(frozen=True)
class Entry:
    """One cell of the matrix: its score with its interval, as text, and notes.

    `score` is what verdicts are about (see `expected_scores`). `mark` is "best" if the task's comparisons recommend the
    architecture, "equal" if they call it practically equal to the recommended one, or "". `value` and `skill` are the
    score and the skill to sort by; None if unknown.
    """

    architecture: str
    score: str
    mark: str
    notes: list[str]
    value: float | None = None
    skill: float | None = None


@dataclass(frozen=True)
class Row:
    """One task of the matrix: one entry per architecture, and the facts about the task as a whole.

    `scale` names the metric and says what the scores of the entries are.
    """

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
    """Return one row per task with the scores of the trivial baseline, the best rival and of every architecture."""
    caption = (
        "Expected test scores with 95 % intervals: of the best of n trials, the best chosen on validation data, or the "
        "mean of the final runs, as the metric says; ★ is recommended, ≈ is practically equal to it"
    )
    columns = (
        "Task", "Metric", "Trivial baseline", "Best rival", "Best possible", "Beats the best rival",
        *(cell(results, name) for name in results.architectures),
    )  # fmt: skip
    rows = [
        [task_cell(results, row.task), row.scale, row.baseline, row.trained, row.ceiling, row.beats_trained]
        + [f"{entry.score}{MARKS.get(entry.mark, '')}" for entry in row.entries]
        for row in matrix(results)
    ]
    return Table("scores", caption, columns, rows, per_task=True)


@remember()
def matrix(results: Results) -> list[Row]:
    """Return one row per task."""
    return [row_of(results, task) for task in presented(results)]


@remember()
def row_of(results: Results, task: str) -> Row:
    """Return the row of the matrix for one task."""
    facts, found = results.task(task), compare(results, task)
    choice = choose(results, [task])
    marks = dict.fromkeys(choice.names[1:], "equal") | dict.fromkeys(choice.names[:1], "best")
    names = (facts.baseline, ", ".join(facts.best_rivals) or facts.trained_baseline)
    levels = (_level(level, name) for level, name in zip(baselines(results, task), names, strict=True))
    shown = marks if choice.outcome == "chosen" else {}
    entries = [_entry(results, task, name, shown.get(name, ""), found) for name in results.architectures]
    scale = f"{results.scale(task)}; {basis_in_short(results, task)}"
    named = (task, results.family(task), facts.metric or "", scale)
    return Row(*named, *levels, number(facts.ceiling), _beats_trained(results, task, found), entries)


def _beats_trained(results: Results, task: str, found: Comparisons) -> str:
    """Return text such as "yes: LSTM, GRU; undecided: simple RNN", by the joint intervals; "—" if nothing is known."""
    answers: dict[str, list[str]] = {"yes": [], "no": [], "undecided": []}
    for name in results.architectures:
        answers.get(found.beats(name, TRAINED), []).append(results.called(name))
    return "; ".join(f"{answer}: {', '.join(names)}" for answer, names in answers.items() if names) or "—"


def _level(level: float, name: str | float | None) -> str:
    return f"{number(level)} ({name})" if name is not None else number(level)


def _entry(results: Results, task: str, name: str, mark: str, found: Comparisons) -> Entry:
    if why := results.does_not_apply.get(f"{task}/{name}"):
        return Entry(name, "does not apply", "", [why])
    score = expected_score(results, task, name)
    skill = next((one.plain.centre for one in found.trivial if one.first == name), np.nan)
    finals = results.finals_of(task, name)["score"].dropna()
    about_finals = [f"final runs {number(finals.mean(), (score.high - score.low) / 2)}"] * bool(len(finals))
    if own_runs(results, task).role == "final" and not np.isfinite(score.centre):
        score, about_finals = Estimate(float(finals.mean()), np.nan, np.nan, len(finals)), []
    notes = [*_losses(results, task, name), *_missing(results, task, name)]
    if not np.isfinite(score.centre):
        few = score.n and about_finals  # runs have scores, but one search needs all its trials
        return Entry(name, "too few trials" if few else "no score", "", [*about_finals, *notes])
    counts, n = flagged(results, task, name)
    flags = [f"{flag}: {count} of {several(n, 'final run')}" for flag, count in counts.items()]
    notes = [
        f"skill {number(skill, MARGIN)}",
        *(about_finals if own_runs(results, task).role == "trial" else []),
        *notes,
        *flags,
    ]
    return Entry(name, interval(score), mark, notes, known(score.centre), known(skill))


def _losses(results: Results, task: str, name: str) -> list[str]:
    """Return the number of replicates and of final runs without a score, for each reason."""
    found = []
    for role in dict.fromkeys((own_runs(results, task).role, "final")):
        runs = results.by_role(task, role, name)
        lost = runs.loc[runs["score"].isna(), "status"].replace(Status.OK, "no score").value_counts()
        found += [f"{several(count, ROLES[role])} failed: {reason}" for reason, count in lost.items()]
    return found


def _missing(results: Results, task: str, name: str) -> list[str]:
    counts = missing_runs(results.experiment, task, name, results.made)
    return [f"{several(counts[role], ROLES[role])} missing" for role in ROLES if counts[role]]


def alternatives(results: Results, tasks: Sequence[str]) -> dict[str, Any]:
    """Return the mean scores of the final runs in every metric, as text and as numbers, for the page's script.

    Format: {"metrics": {name: words}, "tasks": {task: {metric: {"baseline", "trained_baseline", "trained_skill",
    "cells": {architecture: [score, mean, skill, mean skill]}}}}}.
    """
    scores = results.metrics[results.metrics["task"].isin(tasks)]
    found: dict[str, Any] = {}
    names: dict[str, str] = {}
    for (task, name), runs in scores.groupby(["task", "metric"], sort=False):
        metric = results.task(task).metric_named(name)
        # a metric may be undefined for all runs, and only the headline is shown all the same
        if metric is not None and (runs["score"].notna().any() or name == results.task(task).metric):
            found.setdefault(task, {})[name] = _alternative(metric, runs)
            names[name] = words(metric)
    order = [*METRICS.names(), *names]
    return {"metrics": {name: names[name] for name in sorted(names, key=order.index)}, "tasks": found}


def words(metric: Metric) -> str:
    """Return the name of a metric and its direction: "log loss, lower is better"."""
    return f"{metric.name.replace('_', ' ')}, {metric.direction} is better"


def _alternative(metric: Metric, runs: pd.DataFrame) -> dict[str, Any]:
    cells = {}
    for name, own in runs.groupby("architecture", sort=False):
        score, gained = statistics.bootstrap_t(own["score"]), statistics.bootstrap_t(_skills(metric, own, "score"))
        low, high = metric.within_range(score.low, score.high)
        score = score._replace(low=low, high=high)
        cells[name] = [*_text(score), *_text(gained)]
    beside = {key: number(runs[key].mean()) for key in ("baseline", "trained_baseline")}
    trained = statistics.present(_skills(metric, runs, "trained_baseline"))
    return beside | {"trained_skill": number(trained.mean(), MARGIN) if len(trained) else "—", "cells": cells}


def _skills(metric: Metric, runs: pd.DataFrame, column: str) -> list[float]:
    """Return the skill of each value of a column; NaN if skill is not defined for the metric."""
    if not metric.has_skill:
        return [np.nan] * len(runs)
    pairs = zip(runs[column], runs["baseline"], strict=True)
    return [skill(*(None if pd.isna(value) else value for value in pair), metric.perfect) for pair in pairs]


def _text(estimate: Estimate) -> tuple[str, float | None]:
    if not estimate.n:
        return "—", None
    return interval(estimate), known(estimate.centre)


def known(value: float) -> float | None:
    """Return a number rounded to six significant digits for the page; None if it is not finite."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
