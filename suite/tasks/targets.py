"""Targets: what is known of every evaluated test target, for the uncertainty of scores on real test data.

A cluster contains the targets that are not independent of each other: those of one date, of one group, or of one
example and its copies. Intervals treat a cluster as one observation.
"""

import hashlib
from collections.abc import Mapping

import numpy as np

from suite.tasks.baselines import Predictor, predict, reference
from suite.tasks.data import Data
from suite.tasks.datasets.vocabulary import SPECIAL, UNKNOWN
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.kinds import CLASSIFICATION, KINDS
from suite.tasks.metrics import item_scores
from suite.tasks.task import Task

DATE = "date"  # what a cluster is made of
SHORT = {"baseline": "trivial", "trained_baseline": "trained"}


def targets(
    task: Task, data: Data, predictors: Mapping[str, Predictor | None], fold: Fold = ONE_SPLIT
) -> dict[str, np.ndarray]:
    """Return arrays with one element per evaluated test target, by name.

    `trivial`, `trained`: what the target contributes to each baseline's score in the headline metric. `cluster`: the
    label of the target's cluster. `group`: the name of its group, if there are groups. `label`: its class, for a
    classification. Two arrays say more: `unit`, what a cluster is ("date", "group" or "example"), and `classes`, the
    names of the classes, if known.
    """
    unit, cluster = clusters_of(task, data, fold)
    arrays = {"unit": np.array(unit), "cluster": _per_target(task, data, cluster)}
    for role, predictor in predictors.items():
        if predictor is not None:
            prediction = data.counted("test", predict(predictor, data, "test"))
            arrays[SHORT[role]] = contributions(task, data, data.counted("test", data.test[1]), prediction)
    if data.groups is not None:
        arrays["group"] = _per_target(task, data, _plain(data.groups["test"]))
    if task.kind == CLASSIFICATION:
        arrays["label"] = data.counted("test", data.test[1]).ravel()
        if "classes" in data.preparation:
            arrays["classes"] = _plain(data.preparation["classes"])
    return arrays


def contributions(
    task: Task, data: Data, target: np.ndarray, prediction: np.ndarray, levels: tuple[float, ...] = ()
) -> np.ndarray:
    """Return what every evaluated test target contributes to the score in the headline metric, in float32.

    `target`, `prediction`: those of the test split within the evaluation mask; the latter are quantiles at `levels`, if
    there are any.
    """
    found = item_scores(task.metric, task.kind, target, prediction, levels=levels, **reference(task, data, "test"))
    return np.asarray(found, dtype=np.float32)


def clusters_of(task: Task, data: Data, fold: Fold) -> tuple[str, np.ndarray]:
    """Return what a cluster is ("date", "group" or "example"), and the label of every test example's cluster."""
    if data.times is not None:
        return DATE, _plain(data.times["test"])
    if data.groups is not None:
        return "group", _plain(data.groups["test"])
    return "example", _examples(task, data, fold)


def _examples(task: Task, data: Data, fold: Fold) -> np.ndarray:
    """Return a label of every test example, which it shares with its copies.

    The label combines a number for the test split with the position of the example's first copy. Contents cannot serve
    as labels, because their scaling and encoding depend on the training split, which changes with the seed. For the
    same reason, texts with unknown words count as different even if their tokens are equal.
    """
    known = data.test[1].tobytes() if KINDS[task.kind].probabilities else b""
    part = int(hashlib.sha256(repr((*fold, len(data.test[0]))).encode() + known).hexdigest()[:8], 16)
    seen: dict[bytes, int] = {}
    encoded, firsts = data.tokens and SPECIAL[UNKNOWN] in np.asarray(data.preparation.get("vocabulary", ())), []
    for place, one in enumerate(data.test[0]):
        apart = encoded and UNKNOWN in one
        firsts.append(place if apart else seen.setdefault(one.tobytes(), place))
    return (np.uint64(part) << np.uint64(32)) + np.array(firsts, dtype=np.uint64)


def _per_target(task: Task, data: Data, values: np.ndarray) -> np.ndarray:
    """Repeat the value of every test example for each of its evaluated targets."""
    if not task.per_step:
        return values
    return data.counted("test", np.broadcast_to(values[:, None], data.test[0].shape[:2])).ravel()


def _plain(values: np.ndarray) -> np.ndarray:
    """Return names or times as an array without Python objects, which files of plain arrays cannot contain."""
    values = np.asarray(values)
    return values.astype(str) if values.dtype == object else values
