"""Tables: the matrix of tasks and architectures, and every comparison, as rows of text."""

from dataclasses import dataclass

import pandas as pd

from suite.comparisons import MARGIN, Comparison, Comparisons, flagged
from suite.report.findings import baseline_name
from suite.results import Results
from suite.statistics import Estimate
from suite.wording import interval, number


@dataclass(frozen=True)
class Entry:
    """One cell of the matrix: its score with interval, whether it is "best" or "equal" to the best, and notes."""

    score: str
    mark: str
    notes: list[str]


@dataclass(frozen=True)
class Row:
    """One task of the matrix: an entry an architecture, beside what is known without any."""

    task: str
    scale: str
    baseline: str
    trained: str
    ceiling: str
    beats_trained: str
    entries: list[Entry]


def matrix(results: Results, comparisons: dict[str, Comparisons]) -> list[Row]:
    """A row a task. Best is the highest mean skill, where more than one architecture has a skill."""
    return [_row(results, task, found) for task, found in comparisons.items()]


def _row(results: Results, task: str, found: Comparisons) -> Row:
    facts = results.tasks.get(task, {})
    cells = results.cells[results.cells["task"] == task].set_index("architecture", drop=False)
    best = cells["skill"].idxmax() if cells["skill"].count() > 1 else None
    levels = (_level(cells[key].mean(), facts.get(key)) for key in ("baseline", "trained_baseline"))
    entries = [_entry(results, cell, best, found) for _, cell in cells.iterrows()]
    return Row(
        task, results.scale(task), *levels, number(facts.get("ceiling")), _beats_trained(results, task, found), entries
    )


def _beats_trained(results: Results, task: str, found: Comparisons) -> str:
    """ "yes: lstm, gru; undecided: simple-rnn", from the joint intervals; "—" where there is nothing to beat."""
    answers: dict[str, list[str]] = {"yes": [], "no": [], "undecided": []}
    for name in results.architectures:
        answers.get(found.beats_trained(name), []).append(name)
    return "; ".join(f"{answer}: {', '.join(names)}" for answer, names in answers.items() if names) or "—"


def _level(level: float, name: str | None) -> str:
    return f"{number(level)} ({name})" if name is not None else number(level)


def _entry(results: Results, cell: pd.Series, best: str | None, found: Comparisons) -> Entry:
    name = cell["architecture"]
    unfit = results.does_not_apply.get(f"{cell['task']}/{name}")
    if unfit:
        return Entry("does not apply", "", [unfit])
    related = found.related(name, best) if best else None
    mark = "best" if name == best else "equal" if related and related.verdict == "equal" else ""
    notes = [*_losses(results, cell), *_missing(results, cell)]
    if not cell["n"]:
        return Entry("no score", "", notes)
    counts, n = flagged(results, cell["task"], name)
    flags = [f"{flag}: {count} of {n}" for flag, count in counts.items()]
    score = interval(Estimate(cell["mean"], cell["low"], cell["high"], cell["n"]))
    return Entry(score, mark, [f"skill {number(cell['skill'], MARGIN)}", *notes, *flags])


def _losses(results: Results, cell: pd.Series) -> list[str]:
    """The final runs without a score, by reason."""
    lost = results.finals_of(cell["task"], cell["architecture"])
    reasons = lost.loc[lost["score"].isna(), "status"].replace("ok", "no score").value_counts()
    return [f"{count} failed: {reason}" for reason, count in reasons.items()]


def _missing(results: Results, cell: pd.Series) -> list[str]:
    count = (results.experiment.get("seeds") or 0) - cell["n"] - cell["failed"]
    return [f"{count} missing"] if count > 0 else []


def differences(results: Results, comparisons: dict[str, Comparisons]) -> list[dict[str, str]]:
    """A row a comparison: task, first, second, plain and joint interval, p, n, verdict."""
    return [
        {
            "task": task,
            "first": one.first,
            "second": _opponent(results, task, one.second),
            "plain": interval(one.plain),
            "joint": interval(one.joint),
            "p": number(one.p),
            "verdict": _verdict(one),
        }
        for task, found in comparisons.items()
        for one in (*found.pairs, *found.trivial, *found.trained)
    ]


def _verdict(one: Comparison) -> str:
    words = {"equal": "practically equal", "at this budget": "undecided at this budget", "too few": "too few pairs"}
    return words.get(one.verdict, one.verdict) + (", provisional" if one.provisional else "")


def _opponent(results: Results, task: str, name: str) -> str:
    keys = {"trivial baseline": "baseline", "trained baseline": "trained_baseline"}
    return baseline_name(results.tasks.get(task, {}), keys[name]) if name in keys else name
