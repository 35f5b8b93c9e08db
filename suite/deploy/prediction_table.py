"""Prediction table: the columns of predictions for a file, one row per example or step."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from suite.deploy.predict import Predictions, _faulty
from suite.deploy.saved_models import Target
from suite.recipes.recipe import MEDIAN
from suite.tasks.intervals import bounds, label_sets, sets
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.labels import chosen, joined


def table(target: Target, found: Predictions) -> dict[str, list[Any]]:
    """Return the predictions for a file as columns: one row per example, or per step if the task predicts every step.

    The first columns say where each example is from. A classification then has `prediction` (the most probable class by
    the mean over the models), its `probability`, the `set` of classes that contains the true one with a probability of
    90 %, and the mean probability of every class; a multi-label task has `prediction` (the labels whose mean
    probability is at least 0.5, joined by "; "), the `set` of labels that leaves out none of the true ones with a
    probability of 90 %, and the mean probability of every label; a regression has the mean
    `prediction` and, from `low` to `high`, its 90 % prediction interval, one for each output: `prediction_h7` is that
    of a horizon of 7 rows. If quantiles are predicted, `prediction` is the median, and `q0.05` is the mean of the
    quantiles at the level 0.05. Intervals and sets have the mean margin of the models, and are None if a model was
    stored without one. `lowest` and `highest` are the lowest and the highest `probability` or `prediction` of any
    model, None for a single model; labels have none. All these columns are None for an example in `raw.faults`. If a
    column of the file has one of these names, "(file)" is appended to its name.
    """
    values, names, valid, raw, margins, levels = found
    origin, faulty = dict(raw.origin), _faulty(raw.faults, len(valid))
    if values.ndim == 4:
        origin, values, faulty = _by_step(origin, values, valid, faulty)
    regressed = partial(_regressed, levels=levels)
    columns = COLUMNS.get(target.results.task(target.task).kind or "", regressed)(values, names, margins)
    for column in columns.values():
        column[:] = [None if fault else value for value, fault in zip(column, faulty, strict=True)]
    return {f"{name} (file)" if name in columns else name: column for name, column in origin.items()} | columns


def _by_step(
    origin: Mapping[str, list[Any]], values: np.ndarray, valid: np.ndarray, faulty: np.ndarray
) -> tuple[dict[str, list[Any]], np.ndarray, np.ndarray]:
    """Return one row per valid step; the column `step` counts from 0."""
    rows, times = np.nonzero(valid)
    columns = {name: [column[row] for row in rows] for name, column in origin.items()}
    return columns | {"step": times.tolist()}, values[:, rows, times], faulty[rows]


def _classified(values: np.ndarray, classes: Sequence[str], margins: np.ndarray | None) -> dict[str, list[Any]]:
    mean = values.mean(axis=0, dtype=np.float64)
    chosen = mean.argmax(axis=1)
    own = values[:, np.arange(len(chosen)), chosen]
    return {
        "prediction": [classes[place] for place in chosen],
        "probability": mean.max(axis=1).tolist(),
        **_spread(own),
        "set": [None] * len(mean) if margins is None else joined(sets(mean, float(-margins.mean())), classes),
        **_probabilities(mean, classes),
    }


def _labelled(values: np.ndarray, labels: Sequence[str], margins: np.ndarray | None) -> dict[str, list[Any]]:
    mean = values.mean(axis=0, dtype=np.float64)
    found = [None] * len(mean) if margins is None else joined(label_sets(mean, float(-margins.mean())), labels)
    return {"prediction": joined(chosen(mean), labels), "set": found, **_probabilities(mean, labels)}


def _probabilities(mean: np.ndarray, names: Sequence[str]) -> dict[str, list[Any]]:
    return {f"p({name})": mean[:, place].tolist() for place, name in enumerate(names)}


def _regressed(
    values: np.ndarray, names: Sequence[str], margins: np.ndarray | None, levels: Sequence[float] = ()
) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    values = values.reshape(*values.shape[:2], len(names), -1)  # the last axis is that of the levels, if there are any
    numbered = all(name.isdigit() for name in names)
    for output, name in enumerate(names):
        ending = f"_{output + 1 if numbered else name}" if len(names) > 1 else ""
        own = values[:, :, output]
        mean, middle = own.mean(axis=0, dtype=np.float64), levels.index(MEDIAN) if levels else 0
        margin = np.nan if margins is None else margins[:, output].mean()
        found = {"prediction": mean[:, middle].tolist(), **_interval(mean, margin)}
        found |= _spread(own[..., middle])
        found |= {f"q{level:g}": mean[:, place].tolist() for place, level in enumerate(levels) if place != middle}
        columns |= {f"{label}{ending}": column for label, column in found.items()}
    return columns


COLUMNS = {CLASSIFICATION: _classified, MULTI_LABEL: _labelled}


def _interval(mean: np.ndarray, margin: float) -> dict[str, list[Any]]:
    """Return the ends of the intervals as `low` and `high`; `mean` is (rows, levels), and `margin` NaN if unknown."""
    if np.isnan(margin):
        return {"low": [None] * len(mean), "high": [None] * len(mean)}
    low, high = bounds(mean[:, None], np.array([margin]))
    return {"low": low[:, 0].tolist(), "high": high[:, 0].tolist()}


def _spread(own: np.ndarray) -> dict[str, list[Any]]:
    """Return the lowest and the highest prediction of several models; `own` is (models, rows)."""
    if len(own) < 2:
        return {"lowest": [None] * own.shape[1], "highest": [None] * own.shape[1]}
    return {"lowest": own.min(axis=0).tolist(), "highest": own.max(axis=0).tolist()}
