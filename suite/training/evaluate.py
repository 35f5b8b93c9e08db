"""Evaluate: score a trained network on the validation and test splits, and time its predictions."""

import time
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from suite.architectures.portable import at_length
from suite.errors import reason
from suite.experiment.run import Run
from suite.recipes.recipe import MEDIAN
from suite.tasks import intervals
from suite.tasks.baselines import last_values, reference
from suite.tasks.data import Data
from suite.tasks.kinds import CLASSIFICATION
from suite.tasks.metrics import evaluate as all_metrics
from suite.tasks.targets import contributions
from suite.tasks.task import Task
from suite.training.inputs import Scaling, in_task_units, model_input, predict

PREDICTIONS_TIMED = 5
ERRORS_STORED = 30
MARGIN = "preparation/interval_margin"

Levels = tuple[float, ...]


@dataclass(frozen=True)
class Evaluation:
    """What is known of a trained network.

    `metrics`: split -> metric -> score. `arrays`: the arrays to store. `intervals`: how wide prediction intervals or
    sets are, and how often they contain the targets. `lacking`: what could not be computed -> why.
    """

    metrics: dict[str, dict[str, float]]
    arrays: dict[str, np.ndarray]
    intervals: dict[str, Any] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)


def evaluate(network: keras.Model, scaling: Scaling, run: Run, data: Data) -> Evaluation:
    """Score a trained network.

    Every run is scored on the validation split and, once, on the test split. For a trial the test scores are sealed:
    nothing that searches, stops, selects or shows progress reads them (`Record.split`). Every other run is also scored
    on each further test set. A final run stores its test predictions within the evaluation mask, and intervals around
    them. Trials and final runs of tasks that have items store them; they are sealed as the test scores are.
    """
    levels = run.choices.objective(run.task.kind).levels
    predicted = {split: _predicted(network, scaling, run, data, split) for split in ("validation", "test")}
    metrics = {split: _metrics(run.task, data, split, *found, levels) for split, found in predicted.items()}
    items = _items(run, data, *predicted["test"], levels)
    if run.role == "trial":
        return Evaluation(metrics, items)
    lacking = {}
    for name in data.extra:
        further = data.with_test(name)
        try:
            found = _predicted(network, scaling, run, further, "test")
            metrics[name] = _metrics(run.task, further, "test", *found, levels)
        except Exception as error:  # a user's layer may raise anything for sequences of another length
            lacking[f"score on {name}"] = reason(error)
    if run.role == "control":
        return Evaluation(metrics, items, lacking=lacking)
    arrays = items | _arrays(run, data, scaling, *predicted["test"])
    try:
        margin, tried = _intervals(run.task, predicted, len(scaling.mean))
    except ValueError as error:
        return Evaluation(metrics, arrays, lacking=lacking | {"prediction intervals": reason(error)})
    return Evaluation(metrics, arrays | {MARGIN: margin}, tried, lacking)


def _intervals(
    task: Task, predicted: dict[str, tuple[np.ndarray, np.ndarray]], outputs: int
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the margin of prediction intervals from the validation split, and how they do on the test split."""
    target, prediction = intervals.in_rows(task.kind, *predicted["validation"], outputs)
    margin = intervals.margins(target, prediction)
    return margin, intervals.measured(margin, len(target), *intervals.in_rows(task.kind, *predicted["test"], outputs))


def _predicted(
    network: keras.Model, scaling: Scaling, run: Run, data: Data, split: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the targets and the predictions of a split, both restricted to the evaluation mask."""
    levels = len(run.choices.objective(run.task.kind).levels)
    x, target = model_input(data, split), data.counted(split, getattr(data, split)[1])
    raw = data.counted(split, predict(at_length(network, x.shape[1]), x))
    return target, in_task_units(run.task, raw, scaling, target.shape, levels)


def _metrics(
    task: Task, data: Data, split: str, target: np.ndarray, prediction: np.ndarray, levels: Levels
) -> dict[str, float]:
    return all_metrics(task.kind, target, prediction, levels=levels, **reference(task, data, split))


def _items(run: Run, data: Data, target: np.ndarray, prediction: np.ndarray, levels: Levels) -> dict[str, np.ndarray]:
    """Return what every test target contributes to the run's score; nothing for control runs."""
    if run.role == "control" or not run.task.has_items:
        return {}
    return {"items": contributions(run.task, data, target, prediction, levels)}


def _arrays(
    run: Run, data: Data, scaling: Scaling, target: np.ndarray, prediction: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the arrays that a final run stores beside its record; the first of a cell also stores some errors.

    If quantiles are predicted, `prediction` is the median, and `quantiles` has all of them at `levels`.
    """
    fitted = {"target_mean": scaling.mean, "target_scale": scaling.scale} | dict(data.preparation)
    arrays = {f"preparation/{name}": np.asarray(value) for name, value in fitted.items()}
    if (last := last_values(run.task, data, "test")) is not None:
        arrays["last_value"] = last
    if data.times is not None and not run.task.per_step:  # several series may share a date, and move together
        times = np.asarray(data.times["test"])
        arrays["times"] = times.astype(str) if times.dtype == object else times
    if run.index == 0:
        arrays |= _errors(run.task, data, target, prediction)
    if levels := run.choices.objective(run.task.kind).levels:
        arrays |= {"levels": np.array(levels), "quantiles": prediction}
        prediction = prediction[..., levels.index(MEDIAN)]
    return arrays | {"target": target, "prediction": prediction}


def _errors(task: Task, data: Data, target: np.ndarray, prediction: np.ndarray) -> dict[str, np.ndarray]:
    """Return the positions, inputs and valid steps of the first `ERRORS_STORED` misclassified test examples.

    Return nothing unless the task classifies whole sequences of real data. The test split of real data is the same for
    every seed, so the report can use these arrays to show errors that all runs share, without loading the data.
    """
    if task.kind != CLASSIFICATION or task.per_step or task.generated:
        return {}
    place = np.flatnonzero(prediction.argmax(axis=-1) != target)[:ERRORS_STORED]
    return {"missed/place": place, "missed/x": data.shown("test", place), "missed/steps": data.steps("test")[place]}


def prediction_seconds(network: keras.Model, data: Data, size: int) -> float:
    """Return the median seconds of one prediction for `size` examples, not counting a first warm-up prediction.

    The time runs from an input array in memory to the outputs in memory. It uses the run's number of threads and the
    same function as the evaluation, which is compiled without XLA so that it accepts any number of examples.
    """
    x = np.resize(model_input(data, "test", size), (size, *data.test[0].shape[1:]))
    seconds = []
    for _ in range(1 + PREDICTIONS_TIMED):
        begin = time.perf_counter()
        predict(network, x)
        seconds.append(time.perf_counter() - begin)
    return float(np.median(seconds[1:]))
