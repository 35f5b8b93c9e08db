"""Description: the content of task.json about a task and its data, and the scores of the task's baselines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from suite.errors import MetricError
from suite.tasks.baselines import Predictor, scores_on, trivial
from suite.tasks.data import SPLITS, Data
from suite.tasks.facts import class_names, full_sheet
from suite.tasks.metrics import METRICS, serving
from suite.tasks.task import Task
from suite.tasks.trained_baselines import Rival, best_rival, names, rivals

Scores = dict[str, dict[str, float]]

ROLES = ("baseline", "trained_baseline")
FURTHER = ("rivals", "best_rival")  # keys of task.json that only some data draws have
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
        "title": task.called,
        "perfect": task.headline.perfect,
        **({"unit": task.unit} if task.unit else {}),
        **({"metrics": own} if (own := _own_metrics(task)) else {}),
        **named(task),
        "tags": list(task.tags),
        **({"honest": list(task.honest)} if task.honest else {}),
        **({"reference": list(task.reference)} if task.reference else {}),
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
    """Return the names of the baselines; several trained baselines are joined by commas."""
    return {"baseline": str(task.baseline), "trained_baseline": ", ".join(names(task)) or None}


@dataclass(frozen=True)
class Fitted:
    """The fitted baselines of a task: the trivial one, and the trained ones by name.

    `best`: the name of the trained baseline with the best score on the validation split; None without any.
    """

    trivial: Predictor
    rivals: Mapping[str, Rival]
    best: str | None

    @property
    def predictors(self) -> dict[str, Predictor | None]:
        """The predictors that architectures are held against: the trivial one and the best rival."""
        return {"baseline": self.trivial, "trained_baseline": self.rivals[self.best].predictor if self.best else None}


def fitted(task: Task, data: Data) -> Fitted:
    """Fit all baselines of a task to the training split of its data."""
    found = rivals(task, data)
    return Fitted(trivial(task, data), found, best_rival(task, data, found) if found else None)


def measured(task: Task, data: Data, known: Fitted) -> dict[str, Any]:
    """Return what task.json says about the baselines of one data draw.

    These are all metrics of the trivial baseline and the best rival, {role: {split: {metric: value}}}, then all rivals
    by name, with their words, seconds and scores, and which of them is the best one. The entry "trained_baseline" is
    None if the task has no trained baseline. The splits are "validation", "test" and the names of extra test sets.
    """
    rivals = {
        name: {"words": one.words, "seconds": one.seconds, "scores": _all_scores(task, data, one.predictor)}
        for name, one in known.rivals.items()
    }
    scores = {
        "baseline": _all_scores(task, data, known.trivial),
        "trained_baseline": rivals[known.best]["scores"] if known.best else None,
    }
    return scores | ({"rivals": rivals, "best_rival": known.best} if rivals else {})


def check_defined(task: Task, scores: Mapping[str, Scores | None]) -> None:
    """Raise MetricError if the trivial baseline has no score in the headline metric; `measured` returns the scores."""
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
