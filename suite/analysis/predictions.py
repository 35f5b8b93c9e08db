"""Predictions: read final runs' stored predictions; find confusion, calibration and examples that all runs miss."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status
from suite.tasks.kinds import CLASSIFICATION

BINS = 10
MOST_LISTED = 10
PREPARED = "preparation/"  # where runs store what was fitted to the training data; the rest has one value per example
TRIVIAL_ARRAYS = {"mean": "preparation/target_mean", "last-value": "last_value"}  # trivial baseline -> predictions


@dataclass(frozen=True)
class RunPredictions:
    """The stored targets and predictions of one final run on the test split, and further arrays by name."""

    architecture: str
    index: int
    target: np.ndarray
    prediction: np.ndarray
    arrays: dict[str, np.ndarray]


@remember(most=2)
def stored_predictions(results: Results, task: str) -> list[RunPredictions]:
    """Return the stored predictions of a task's successful final runs. Files that cannot be read are skipped."""
    runs = results.finals_of(task)
    found = (_read(results, run) for _, run in runs[runs["status"] == Status.OK].iterrows())
    return [one for one in found if one]


def by_architecture(results: Results, runs: list[RunPredictions]) -> dict[str, list[RunPredictions]]:
    """Group the runs by architecture, in the order of the results. Architectures without runs are left out."""
    found = {name: [run for run in runs if run.architecture == name] for name in results.architectures}
    return {name: own for name, own in found.items() if own}


def has_predictions(results: Results, task: str) -> bool:
    """Return whether predictions are stored, without reading them."""
    runs = results.finals_of(task)
    return any(results.store.path(run, ".npz").is_file() for run in runs.loc[runs["status"] == Status.OK, "id"])


def _read(results: Results, run: pd.Series) -> RunPredictions | None:
    arrays = results.predictions(run["id"])
    single = [name for name, array in arrays.items() if not array.ndim and not name.startswith(PREPARED)]
    if single or not {"target", "prediction"} <= set(arrays):
        return None
    others = {name: array for name, array in arrays.items() if name not in ("target", "prediction")}
    return RunPredictions(run["architecture"], int(run["index"]), arrays["target"], arrays["prediction"], others)


def confusion(runs: list[RunPredictions]) -> np.ndarray:
    """Return how often each class (row) was predicted as each class (column), over all runs, as shares of the row.

    Rows of classes that do not occur are NaN.
    """
    classes = runs[0].prediction.shape[-1]
    counts = np.zeros((classes, classes))
    for run in runs:
        np.add.at(counts, (run.target.ravel(), run.prediction.argmax(axis=-1).ravel()), 1)
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)


def calibration(runs: list[RunPredictions]) -> pd.DataFrame:
    """Group the predictions of all runs into ten bins by confidence; return each bin's mean confidence and accuracy.

    The columns are confidence, accuracy and share (of all predictions). Empty bins are left out.
    """
    sure = np.concatenate([run.prediction.max(axis=-1).ravel() for run in runs]).astype(float)
    right = np.concatenate([(run.prediction.argmax(axis=-1) == run.target).ravel() for run in runs])
    bins = np.clip(np.ceil(sure * BINS) - 1, 0, BINS - 1)
    found = pd.DataFrame({"bin": bins, "confidence": sure, "accuracy": right.astype(float)}).groupby("bin")
    return found.mean().assign(share=found.size() / len(sure))


def fixed_targets(runs: list[RunPredictions]) -> bool:
    """Return whether there are several runs, all tested on the same examples: their targets agree, in order."""
    return len(runs) > 1 and all(np.array_equal(run.target, runs[0].target) for run in runs)


def missed_by_all(runs: list[RunPredictions]) -> pd.DataFrame:
    """Return the test examples that no run labelled correctly, for tasks with one label per example.

    The columns are example (its index in the split), target, answer (the most frequent wrong label) and share (of the
    runs that predicted this label).
    """
    labels = np.array([run.prediction.argmax(axis=-1) for run in runs])
    missed = np.flatnonzero((labels != runs[0].target).all(axis=0))
    rows = [(place, runs[0].target[place], *_commonest(labels[:, place])) for place in missed]
    return pd.DataFrame(rows, columns=["example", "target", "answer", "share"])


def missed_examples(results: Results, task: str) -> list[dict[str, Any]]:
    """Return the first ten test examples that no final run labelled correctly.

    Each is a dict with place (index in the split) and target, answer and share as in `missed_by_all`. If a run stored
    the input, add x and length, and add text for tokens whose vocabulary is known, as in task.json. Return an empty
    list unless the task has labels of real data and all runs are tested on the same examples.
    """
    runs = shared_examples(results, task)
    if not runs:
        return []
    stored, missed = _inputs(runs), missed_by_all(runs).head(MOST_LISTED)
    return [
        {"place": one.pop("example"), **one} | stored.get(place, {})
        for place, one in zip(missed["example"], missed.to_dict("records"), strict=True)
    ]


def shared_examples(results: Results, task: str) -> list[RunPredictions]:
    """Return a task's stored predictions if all final runs labelled the same real examples; empty otherwise.

    Equal targets do not show that for several folds: each speaker may say the same words in the same order.
    """
    facts = results.task(task)
    if facts.generated or facts.folds > 1 or facts.kind != CLASSIFICATION or facts.per_step:
        return []
    runs = stored_predictions(results, task)
    return runs if fixed_targets(runs) else []


def trivial_prediction(results: Results, task: str, run: RunPredictions) -> np.ndarray | None:
    """Return what the trivial baseline predicts, in the shape of the targets; None if this is not stored."""
    name = results.task(task).baseline or ""
    try:
        value = 0.0 if name == "zero" else float(name)
    except ValueError:
        value = run.arrays.get(TRIVIAL_ARRAYS.get(name, ""))
    return None if value is None else np.broadcast_to(value, run.target.shape)


def _inputs(runs: list[RunPredictions]) -> dict[int, dict[str, Any]]:
    """Map places in the test split to x, length and text, for all inputs that some run stored."""
    found: dict[int, dict[str, Any]] = {}
    for run in runs:
        parts = [run.arrays.get(f"missed/{name}", ()) for name in ("place", "x", "steps")]
        words = run.arrays.get("preparation/vocabulary")
        for place, x, steps in zip(*parts, strict=True):
            shown = {"x": x, "length": int(steps)}
            if (
                words is not None
                and words.ndim == x.ndim == 1
                and np.issubdtype(x.dtype, np.integer)
                and x.max() < len(words)
            ):
                shown["text"] = " ".join(str(words[token]) for token in x[: int(steps)])
            found.setdefault(int(place), shown)
    return found


def _commonest(labels: np.ndarray) -> tuple[int, float]:
    values, counts = np.unique(labels, return_counts=True)
    return int(values[counts.argmax()]), float(counts.max() / len(labels))
