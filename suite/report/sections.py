"""Sections: each task on its own: what it asks, what was found, its scores, comparisons and figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from suite.answers import MOST_LISTED, answered, fixed_targets, missed_by_all
from suite.comparisons import MARGIN, Comparisons
from suite.plots import drawable
from suite.plots.examples import answer
from suite.report.days import other_days
from suite.report.differences import differences
from suite.report.fading import fading
from suite.report.figures import Drawing
from suite.report.findings import Finding, baseline_name
from suite.report.matrix import Row
from suite.report.tables import Table
from suite.results import Results
from suite.retention import in_words, retention
from suite.wording import number, percent


@dataclass(frozen=True)
class Section:
    """All that the page says of one task.

    `texts`: its stored examples in words. `scores`: a row a predictor: name, test score, skill, whether it beats the
    trivial and the trained baseline, runs. `further`: scores on further test sets. `fading`: how far gradients reach.
    `days`: what other days might have decided. `missed`: what every run gets wrong.
    """

    anchor: str
    finding: Finding
    description: str
    texts: list[tuple[str, str]]
    scores: list[list[str]]
    further: list[list[str]]
    fading: Table
    days: list[str]
    differences: list[dict[str, str]]
    missed: "Missed | None"
    drawings: list[Drawing] = field(default_factory=list)


@dataclass(frozen=True)
class Missed:
    """Test examples that no final run got right: how many of how many, by how many runs, and the first of them."""

    count: int
    of: int
    runs: int
    rows: list[tuple[str, str, str, str]]


def section(
    results: Results, task: str, anchor: str, finding: Finding, found: Comparisons, row: Row, in_full: bool
) -> Section:
    """The section of one task, without its figures; `in_full`: with what takes its stored predictions."""
    facts = results.tasks.get(task, {})
    return Section(
        anchor,
        finding,
        facts.get("description") or "",
        [(one["text"], answer(one)) for one in drawable(results, task) if isinstance(one.get("text"), str)],
        scores(results, task, found, row),
        further(results, task),
        fading(results, task),
        other_days(results, task) if in_full else [],
        differences(results, {task: found}),
        missed(results, task) if in_full else None,
    )


def scores(results: Results, task: str, found: Comparisons, row: Row) -> list[list[str]]:
    """Both baselines, then the architectures, columns as in `Section.scores`."""
    facts = results.tasks.get(task, {})
    trained = number(results.finals_of(task)["trained_skill"].mean(), MARGIN)
    blank = ["", "", ""]
    trivial = [row.baseline.split(" (")[0], "—" if row.baseline.startswith("—") else "0"]
    rows = [
        [baseline_name(facts, "baseline"), *trivial, *blank],
        [baseline_name(facts, "trained_baseline"), row.trained.split(" (")[0], trained, *blank],
    ]
    for entry in row.entries:
        skill, *notes = entry.notes if entry.value is not None else ["—", *entry.notes]
        mark = {"best": " ★", "equal": " ≈"}.get(entry.mark, "")
        name = entry.architecture
        beats = (found.beats(name, found.trivial), found.beats_trained(name))
        rows.append([name, entry.score + mark, skill.removeprefix("skill "), *beats, "; ".join(notes) or "all"])
    return rows


def further(results: Results, task: str) -> list[list[str]]:
    """Architecture, test set and mean headline score on every test set beyond the usual ones."""
    metric = results.tasks.get(task, {}).get("metric")
    rows = [
        (record["architecture"], name, scores.get(metric))
        for record in results.records_of(task)
        if record["role"] == "final"
        for name, scores in (record.get("metrics") or {}).items()
        if name not in ("validation", "test") and isinstance(scores, dict)
    ]
    means = pd.DataFrame(rows, columns=["architecture", "set", "score"]).astype({"score": float})
    groups = means.groupby(["architecture", "set"], sort=False)["score"]
    return [[name, which, number(group.mean()), str(group.count())] for (name, which), group in groups]


def missed(results: Results, task: str) -> Missed | None:
    """What every run gets wrong, for a classification of real data whose test split is the same for every seed."""
    facts = results.tasks.get(task, {})
    if facts.get("kind") != "classification" or str(facts.get("source")).startswith("generated"):
        return None
    runs = answered(results, task)
    if not fixed_targets(runs):
        return None
    found = missed_by_all(runs)
    rows = [
        (str(one.example), str(one.target), str(one.answer), percent(one.share))
        for one in found.head(MOST_LISTED).itertuples()
    ]
    return Missed(len(found), len(runs[0].target), len(runs), rows)


def solved_lengths(results: Results, tasks: Sequence[str]) -> list[list[str]]:
    """Of the tasks of a sweep a row an architecture: how many final runs solve each length, and up to which they do.

    After the name and a share for every length of the sweep: the largest length that 80 % solve, and that at which
    half do, with its interval.
    """
    lengths = sorted({int(results.tasks[task]["length"]) for task in tasks})
    rows = []
    for name in results.architectures:
        known, solved = results.solved(tasks, name)
        if known:
            shares = pd.Series(solved, dtype=float).groupby(known).mean().reindex(lengths)
            cells = ["—" if pd.isna(share) else percent(share) for share in shares]
            rows.append([name, *cells, *_reach(known, solved)])
    return rows


def _reach(lengths: list[int], solved: list[bool]) -> tuple[str, str]:
    """The largest length that is mostly solved, and that at which half are; of one length no trend is to be told."""
    found = retention(lengths, solved)
    longest, half, low, high = (in_words(length, lengths) for length in found)
    return longest, f"{half} ({low} to {high})" if len(set(lengths)) > 1 else "—"


def sweeps(results: Results, tasks: Sequence[str]) -> dict[str, list[str]]:
    """Sweep -> its tasks among these that have a score."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        facts = results.tasks.get(task, {})
        if facts.get("length") and facts.get("sweep") and results.finals_of(task)["score"].notna().any():
            found.setdefault(str(facts["sweep"]), []).append(task)
    return found
