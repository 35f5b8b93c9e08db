"""Rivals: fit all trained baselines that a task declares, and find the best one on validation data."""

import importlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suite.errors import RequestError, closest
from suite.tasks.baselines import Predictor, predict
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.trained_baselines.linear import own_estimator
from suite.tasks.trained_baselines.registry import TRAINED
from suite.tasks.trained_baselines.tuning import worth


@dataclass(frozen=True)
class Rival:
    """A fitted trained baseline: its name, what sentences call it, and the CPU seconds of fitting and tuning it."""

    name: str
    words: str
    predictor: Predictor
    seconds: float


def declared(given: Any) -> tuple[Any, ...]:
    """Return the trained baselines that a task declares: none, one or several names and estimators."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, tuple | list) else (given,)


def names(task: Declared) -> tuple[str, ...]:
    """Return the names of a task's trained baselines; the user's own estimators are named by their class."""
    return tuple(one if isinstance(one, str) else type(one).__name__ for one in declared(task.trained_baseline))


def rivals(task: Declared, data: Data) -> dict[str, Rival]:
    """Fit every trained baseline of a task to the training split, by name; errors are as in `Baseline.fit`."""
    importlib.import_module("sklearn.linear_model")  # now, so that the first rival does not pay for it
    each = zip(names(task), declared(task.trained_baseline), strict=True)
    return {name: _fitted(task, data, name, own) for name, own in each}


def best_rival(task: Declared, data: Data, fitted: Mapping[str, Rival]) -> str:
    """Return the name of the rival with the best score on the validation split; of equals, the first declared."""
    if len(fitted) == 1:
        return next(iter(fitted))
    return max(fitted, key=lambda name: worth(task, data, predict(fitted[name].predictor, data, "validation")))


def trained(task: Declared, data: Data) -> Predictor:
    """Return the predictor of the best rival; the task must have a trained baseline."""
    fitted = rivals(task, data)
    return fitted[best_rival(task, data, fitted)].predictor


def check_rivals(task: Declared, where: str) -> None:
    """Raise RequestError if a trained baseline is unknown, cannot be used for the task, or is declared twice."""
    for one in declared(task.trained_baseline):
        if not isinstance(one, str):
            continue
        if one not in TRAINED:
            raise RequestError(f"{where}: unknown trained_baseline {one!r}: {closest(one, TRAINED)}")
        TRAINED[one].check(task, where)
    found = names(task)
    if twice := next((name for name in found if found.count(name) > 1), None):
        raise RequestError(f"{where}: trained_baseline '{twice}' is declared twice")


def _fitted(task: Declared, data: Data, name: str, own: Any) -> Rival:
    begun = time.process_time()
    if isinstance(own, str):
        predictor, words = TRAINED[own].fit(task, data), TRAINED[own].called(task, data)
    else:
        predictor, words = own_estimator(task, data, own), f"the estimator {name}"
    return Rival(name, words, predictor, time.process_time() - begun)
