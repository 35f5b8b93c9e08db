"""Sections: each task on its own: what it asks, what was found, its scores, comparisons and figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from suite.analysis.comparisons import Comparisons
from suite.analysis.memory_length import in_words, retention
from suite.analysis.predictions import asked_the_same, missed_by_all, missed_examples
from suite.report.comparisons import differences
from suite.report.drawing import Drawing, named
from suite.report.figures import drawable, is_series
from suite.report.figures.examples import answer
from suite.report.findings import Finding, baseline_name
from suite.report.gradients import fading
from suite.report.over_time import other_days
from suite.report.scores import Row
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import MARGIN
from suite.text import number, percent

HALF = "Half of the runs solve it up to length (95 % interval)"
SOLVED = (
    "Share of final runs that solve each length, that is reach its threshold, failed ones among those that do not. "
    "Solved up to: the largest length that at least 80 % of the final runs solve."
)
HALF_SOLVED = (
    "Half of the runs: where a logistic curve over the logarithm of length crosses one half; its interval resamples "
    'runs. What lies beyond the lengths that were run is "over" or "below" them.'
)


@dataclass(frozen=True)
class Section:
    """All that the page says of one task.

    `texts`: its stored examples in words. `scores`: a row a predictor. `further`: scores on further test sets.
    `fading`: how far gradients reach. `days`: what other days might have decided. `differences`: every comparison.
    `missed`: what every run gets wrong. `page`: the file that holds the section, where it is one of its own.
    `undrawn`: titles of what there was no time for, and the Python that makes it.
    """

    anchor: str
    finding: Finding
    description: str
    texts: list[tuple[str, str]]
    scores: Table
    further: Table
    fading: Table
    days: list[str]
    differences: Table
    missed: "Missed | None"
    page: str
    drawings: list[Drawing] = field(default_factory=list)
    undrawn: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Missed:
    """Test examples that no final run got right: how many of how many, by how many runs, and the first of them.

    `code`: Python that fetches the inputs of the test split, empty where those of the table are stored.
    """

    count: int
    of: int
    runs: int
    table: Table
    code: str


def section(
    results: Results, task: str, anchor: str, finding: Finding, found: Comparisons, row: Row, in_full: bool
) -> Section:
    """The section of one task, without its figures; unless `in_full`, without what takes long."""
    facts = results.task(task)
    return Section(
        anchor,
        finding,
        facts.description,
        [(one["text"], answer(one)) for one in drawable(results, task) if isinstance(one.get("text"), str)],
        scores(results, task, found, row),
        further(results, task),
        fading(results, task),
        other_days(results, task) if in_full else [],
        _own(differences(results, {task: found})),
        missed(results, task),
        "" if in_full else f"tasks/{named(task)}.html",
        undrawn=[] if in_full else _other_days(results, task),
    )


def _other_days(results: Results, task: str) -> list[tuple[str, str]]:
    """What would tell of other days, where there may be something to tell."""
    generated = results.task(task).generated
    call = f"from suite.analysis.over_time import by_dates; by_dates(results, [{task!r}])"
    return [("Other days instead of other seeds", call)] if is_series(results, task) and not generated else []


def _own(table: Table) -> Table:
    """A table of one task without its first column, which names the task."""
    return replace(table, columns=table.columns[1:], rows=[row[1:] for row in table.rows])


def scores(results: Results, task: str, found: Comparisons, row: Row) -> Table:
    """Both baselines, then the architectures."""
    facts = results.task(task)
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
    columns = (
        "Predictor", row.scale, "Skill (higher is better)", "Beats the trivial baseline", "Beats the trained baseline",
        "Runs",
    )  # fmt: skip
    return Table("task-scores", f"Mean test scores on {task} with 95 % intervals", columns, rows)


def further(results: Results, task: str) -> Table:
    """Architecture, test set and mean headline score on every test set beyond the usual ones."""
    metric = results.task(task).metric
    rows = [
        (record.architecture, name, scores.get(metric))
        for record in results.records_of(task)
        if record.role == "final"
        for name, scores in record.metrics.items()
        if name not in ("validation", "test") and isinstance(scores, dict)
    ]
    means = pd.DataFrame(rows, columns=["architecture", "set", "score"]).astype({"score": float})
    groups = means.groupby(["architecture", "set"], sort=False)["score"]
    shown = [[name, which, number(group.mean()), str(group.count())] for (name, which), group in groups]
    caption = f"Further test sets of {task} ({results.scale(task)})"
    return Table("further", caption, ("Architecture", "Test set", "Mean score", "Runs"), shown)


def missed(results: Results, task: str) -> Missed | None:
    """What every run gets wrong, for a classification of real data whose test split is the same for every seed."""
    runs = asked_the_same(results, task)
    if not runs:
        return None
    count, found = len(missed_by_all(runs)), missed_examples(results, task)
    told = any("text" in one for one in found)
    rows = [
        [str(one["place"]), str(one["target"]), str(one["answer"]), f"{percent(one['share'])} of the runs"]
        + ([str(one.get("text", "not stored"))] if told else [])
        for one in found
    ]
    caption = f"Test examples of {task} that every run gets wrong{', the first' if count > len(rows) else ''}"
    columns = ("Place in the test split (from 0)", "True class", "Commonest answer", "Given by", "Input")
    table = Table("missed", caption, columns if told else columns[:-1], rows)
    stored = all("x" in one for one in found)
    return Missed(count, len(runs[0].target), len(runs), table, "" if stored else _fetching(results, task))


def _fetching(results: Results, task: str) -> str:
    """Python that gives a task's test split, which is the same for every seed but for how its input is scaled."""
    seed = next(iter(results.task(task).baselines), 1)
    task_of = f"import suite; from suite.tasks.task import TASKS; suite.load_experiment({results.file!r})"
    return f"{task_of}; x, y = TASKS.get({task!r}).load({seed}).test"


def solved_lengths(results: Results, tasks: Sequence[str]) -> Table:
    """Of the tasks of a sweep a row an architecture: how many final runs solve each length, and up to which they do.

    After the name and a share for every length of the sweep: the largest length that 80 % solve and, where there are
    several lengths, that at which half do, with its interval.
    """
    lengths = sorted({int(results.task(task).length) for task in tasks})
    several = len(lengths) > 1
    rows = []
    for name in results.architectures:
        known, solved = results.solved(tasks, name)
        if known:
            shares = pd.Series(solved, dtype=float).groupby(known).mean().reindex(lengths)
            cells = ["—" if pd.isna(share) else percent(share) for share in shares]
            rows.append([name, *cells, *_reach(known, solved)[: 1 + several]])
    columns = ["Architecture", *(f"{length} steps" for length in lengths), "Solved up to length", HALF]
    caption = f"{SOLVED} {HALF_SOLVED}" if several else SOLVED
    return Table("solved", caption, columns if several else columns[:-1], rows)


def _reach(lengths: list[int], solved: list[bool]) -> tuple[str, str]:
    """The largest length that is mostly solved, and that at which half are; of one length no trend is to be told."""
    found, run = retention(lengths, solved), sorted(set(lengths))
    half, low, high = (in_words(length, lengths) for length in found[1:])
    longest = f"{found.longest:g}" if found.longest else "none that was run"
    if np.isinf(found.longest):
        longest = f"{run[-1]}, the {'longest' if len(run) > 1 else 'only length'} run"
    return longest, f"{half} ({low} to {high})" if len(run) > 1 else "—"


def sweeps(results: Results, tasks: Sequence[str]) -> dict[str, list[str]]:
    """Sweep -> its tasks among these that have a score."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        facts = results.task(task)
        if facts.length and facts.sweep and results.finals_of(task)["score"].notna().any():
            found.setdefault(str(facts.sweep), []).append(task)
    return found
