"""Description: the content of task.json about a task and its data, and the scores of the task's baselines."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from suite.errors import MetricError
from suite.tasks.baselines import Predictor, predict, reference, trivial
from suite.tasks.data import SPLITS, Data
from suite.tasks.facts import class_names, full_sheet
from suite.tasks.metrics import METRICS, evaluate, serving
from suite.tasks.task import Task
from suite.tasks.trained_baselines import trained

Scores = dict[str, dict[str, float]]

ROLES = ("baseline", "trained_baseline")
EXAMPLES_SHOWN = 3
FIELDS_SHOWN = (
    "name", "family", "kind", "per_step", "metric", "direction", "description", "version", "ceiling", "solved",
    "licence", "source", "sweep", "length", "official",
)  # fmt: skip


def describe(task: Task, data: Data) -> dict[str, Any]:
    """Return the content of task.json as plain values.

    It includes three training examples, whose floats are rounded to four significant digits.
    """
    return {field: getattr(task, field) for field in FIELDS_SHOWN} | {
        "perfect": task.headline.perfect,
        **({"metrics": own} if (own := _own_metrics(task)) else {}),
        **named(task),
        "tags": list(task.tags),
        **({"honest": list(task.honest)} if task.honest else {}),
        "sizes": {split: len(getattr(data, split)[0]) for split in SPLITS},
        "signature": asdict(task.signature(data)),
        "examples": _shown(task, data),
        "classes": class_names(data),
        "sheet": full_sheet(task, data).plain(),
    }


def _own_metrics(task: Task) -> dict[str, dict[str, Any]]:
    """Return what a report must know of the metrics for the task that are not built in: they may be unknown by then."""
    found = (one for one in serving(task.kind, ordered=True).values() if METRICS.origin(one) != "suite")
    return {one.name: {"direction": one.direction, "perfect": one.perfect} for one in found}


def named(task: Task) -> dict[str, str | None]:
    """Return the names of both baselines; the user's own estimator is named by its class."""
    own = task.trained_baseline
    trained_name = own if own is None or isinstance(own, str) else type(own).__name__
    return {"baseline": str(task.baseline), "trained_baseline": trained_name}


def fitted(task: Task, data: Data) -> dict[str, Predictor | None]:
    """Fit both baselines: {"baseline": predictor, "trained_baseline": predictor, or None if the task has none}."""
    absent = task.trained_baseline is None
    return {"baseline": trivial(task, data), "trained_baseline": None if absent else trained(task, data)}


def measure(
    task: Task, data: Data, predictors: Mapping[str, Predictor | None] | None = None
) -> dict[str, Scores | None]:
    """Return all metrics of both baselines: {"baseline": {split: {metric: value}}, "trained_baseline": ...}.

    The entry "trained_baseline" has the same form, or is None if the task has no trained baseline.
    The splits are "validation", "test" and the names of any extra test sets. `predictors`: the baselines if they are
    already fitted.
    """
    known = predictors or fitted(task, data)
    return {role: None if one is None else _all_scores(task, data, one) for role, one in known.items()}


def check_defined(task: Task, scores: Mapping[str, Scores | None]) -> None:
    """Raise MetricError if the trivial baseline has no score in the headline metric; `measure` returns the scores."""
    known = scores["baseline"] or {}
    for split in ("validation", "test"):
        if not np.isfinite(known[split][task.metric]):
            raise MetricError(
                f"task '{task.name}': its metric '{task.metric}' is undefined on the {split} split, at least for the "
                "trivial baseline: choose another metric or other data"
            )


def _all_scores(task: Task, data: Data, predictor: Predictor) -> Scores:
    scores = {split: scores_on(task, data, predictor, split) for split in ("validation", "test")}
    return scores | {name: scores_on(task, data.with_test(name), predictor, "test") for name in data.extra}


def scores_on(task: Task, data: Data, predictor: Predictor, split: str) -> dict[str, float]:
    """Return all metrics of a predictor on one split."""
    both = data.pair(split)[1], predict(predictor, data, split)
    target, prediction = (data.counted(split, values) for values in both)
    return evaluate(task.kind, target, prediction, **reference(task, data, split))


def _shown(task: Task, data: Data) -> list[dict[str, Any]]:
    """Return the inputs, targets and valid steps of a few examples, and their words if the vocabulary is known."""
    rows = slice(EXAMPLES_SHOWN)
    parts = data.shown("train", rows), data.train[1][rows], data.steps("train")[rows]
    firsts = data.bounds("train")[0][rows]
    words = np.asarray(data.preparation.get("vocabulary", ""))
    known = words.ndim == 1 and data.tokens and data.train[0].max() < len(words)
    found = []
    for x, y, length, first in zip(*parts, firsts, strict=True):
        y = np.roll(y, -first, axis=0) if task.per_step else y
        text = {"text": " ".join(map(str, words[x[:length]]))} if known else {}
        found.append({"x": _rounded(x), "y": _rounded(y), "length": int(length), **text})
    return found


def _rounded(values: np.ndarray) -> Any:
    """Return the numbers as nested lists, with floats rounded to four significant digits."""
    if not np.issubdtype(values.dtype, np.floating):
        return values.astype(int).tolist()
    rounded = [float(f"{value:.4g}") for value in np.ravel(values)]
    return np.reshape(rounded, np.shape(values)).tolist()
