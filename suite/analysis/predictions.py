"""Answers: stored predictions of final runs as confusion, calibration, values in a row, and what all runs miss."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite.results.remember import remember
from suite.results.results import Results

BINS = 10
MOST_LISTED = 10


@dataclass(frozen=True)
class Answered:
    """What one final run answered on the test split: targets and predictions as stored, further arrays by name."""

    architecture: str
    index: int
    target: np.ndarray
    prediction: np.ndarray
    beside: dict[str, np.ndarray]


@remember(most=2)
def answered(results: Results, task: str) -> list[Answered]:
    """The stored predictions of a task's successful final runs; unreadable files are left out.

    Kept for whoever asks for the same next: not to be changed.
    """
    runs = results.finals_of(task)
    return [one for one in map(_read, _stored(results, runs[runs["status"] == "ok"])) if one]


def any_answered(results: Results, task: str) -> bool:
    """Whether predictions are stored, without reading them."""
    runs = results.finals_of(task)
    return any(results.store.path(run, ".npz").is_file() for run in runs.loc[runs["status"] == "ok", "id"])


def _stored(results: Results, runs: pd.DataFrame) -> Iterator[tuple[pd.Series, dict[str, np.ndarray]]]:
    for _, run in runs.iterrows():
        yield run, results.predictions(run["id"])


def _read(stored: tuple[pd.Series, dict[str, np.ndarray]]) -> Answered | None:
    run, arrays = stored
    if not {"target", "prediction"} <= set(arrays):
        return None
    beside = {name: array for name, array in arrays.items() if name not in ("target", "prediction")}
    return Answered(run["architecture"], int(run["index"]), arrays["target"], arrays["prediction"], beside)


def confusion(runs: list[Answered]) -> np.ndarray:
    """How often each class (row) was taken for each (column), as shares of the row, all runs together.

    NaN in rows of classes that do not occur.
    """
    classes = runs[0].prediction.shape[-1]
    counts = np.zeros((classes, classes))
    for run in runs:
        np.add.at(counts, (run.target.ravel(), run.prediction.argmax(axis=-1).ravel()), 1)
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)


def calibration(runs: list[Answered]) -> pd.DataFrame:
    """Mean confidence and accuracy of the answers by confidence, in ten bins, all runs together.

    Columns confidence, accuracy, share (of all answers); empty bins are left out.
    """
    sure = np.concatenate([run.prediction.max(axis=-1).ravel() for run in runs]).astype(float)
    right = np.concatenate([(run.prediction.argmax(axis=-1) == run.target).ravel() for run in runs])
    bins = np.clip(np.ceil(sure * BINS) - 1, 0, BINS - 1)
    found = pd.DataFrame({"bin": bins, "confidence": sure, "accuracy": right.astype(float)}).groupby("bin")
    return found.mean().assign(share=found.size() / len(sure))


def fixed_targets(runs: list[Answered]) -> bool:
    """Whether all runs were asked the same: their targets are equal, in order."""
    return len(runs) > 1 and all(np.array_equal(run.target, runs[0].target) for run in runs)


def missed_by_all(runs: list[Answered]) -> pd.DataFrame:
    """The test examples that no run got right: columns example (its place in the split), target, answer, share.

    `answer` is the wrong answer given most often, `share` how many of the runs gave it. For labels an example alone.
    """
    answers = np.array([run.prediction.argmax(axis=-1) for run in runs])
    missed = np.flatnonzero((answers != runs[0].target).all(axis=0))
    rows = [(place, runs[0].target[place], *_commonest(answers[:, place])) for place in missed]
    return pd.DataFrame(rows, columns=["example", "target", "answer", "share"])


def missed_examples(results: Results, task: str) -> list[dict[str, Any]]:
    """The first test examples that no final run got right: place, target, answer, share as above.

    Where a run stored it, with its input as in task.json: x, length and, of tokens whose vocabulary is known, text. Of
    labels of real data alone: only there all runs are asked the same.
    """
    runs = asked_the_same(results, task)
    if not runs:
        return []
    stored = _inputs(runs)
    return [
        {"place": one.example, "target": one.target, "answer": one.answer, "share": one.share}
        | stored.get(one.example, {})
        for one in missed_by_all(runs).head(MOST_LISTED).itertuples()
    ]


def asked_the_same(results: Results, task: str) -> list[Answered]:
    """The stored predictions of a task whose final runs all labelled the same examples of real data, else none."""
    facts = results.task(task)
    if facts.generated or facts.kind != "classification" or facts.per_step:
        return []
    runs = answered(results, task)
    return runs if fixed_targets(runs) else []


def _inputs(runs: list[Answered]) -> dict[int, dict[str, Any]]:
    """Place in the test split -> x, length and text, of all that some run stored."""
    found: dict[int, dict[str, Any]] = {}
    for run in runs:
        parts = [run.beside.get(f"missed/{name}", ()) for name in ("place", "x", "steps")]
        words = run.beside.get("preparation/vocabulary")
        for place, x, steps in zip(*parts, strict=True):
            shown = {"x": x, "length": int(steps)}
            if words is not None and x.ndim == 1 and np.issubdtype(x.dtype, np.integer) and x.max() < len(words):
                shown["text"] = " ".join(str(words[token]) for token in x[: int(steps)])
            found.setdefault(int(place), shown)
    return found


def _commonest(answers: np.ndarray) -> tuple[int, float]:
    values, counts = np.unique(answers, return_counts=True)
    return int(values[counts.argmax()]), float(counts.max() / len(answers))
