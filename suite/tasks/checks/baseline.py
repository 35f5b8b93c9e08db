"""Baseline: reproducible, beatable in the metric's direction, and ignorant when its labels are shuffled."""

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from suite.tasks.baselines import Predictor, predict, reference, trivial
from suite.tasks.checks.finding import Finding
from suite.tasks.data import SPLITS, Data, Split
from suite.tasks.metrics import headline
from suite.tasks.task import Task
from suite.tasks.trained_baselines import trained

PROBED = 300
# with an answer a step, every example is as many questions as it has steps, of as many inputs
PROBED_INPUTS = 300_000
SHUFFLES = 3
MARGIN = 0.1
STANDARD_ERRORS = 4


def baselines_reproducible(task: Task, data: Data) -> Iterator[Finding]:
    """Fitted twice on the same examples, both predictors answer the same."""
    task, data = _probed(task, data)
    for name, fit in {"trivial": trivial, "trained": _fitted}.items():
        first, second = (predict(fit(task, data), data, "test") for _ in range(2))
        differing = (first != second).reshape(len(first), -1).any(axis=1)
        if differing.any():
            rows = tuple(np.flatnonzero(differing).tolist())
            yield Finding(
                f"the {name} baseline answers otherwise when fitted again: fix its random_state", "test", rows
            )


def direction_leaves_room(task: Task, data: Data) -> Iterator[Finding]:
    """In the headline metric's direction the trivial predictor is behind a perfect one, and not beyond the ceiling.

    The ceiling is an expectation, so that four standard errors of a mean square of normal values are granted.
    """
    metric, score = task.headline, _score(task, data, trivial(task, data))
    if not metric.better(metric.perfect, score):
        yield Finding(f"the trivial predictor's test {task.metric} of {score:.4g} cannot be bettered")
    if task.ceiling is not None:
        chance = STANDARD_ERRORS * np.sqrt(2 / len(data.test[1])) * abs(metric.perfect - task.ceiling)
        if metric.better(score, task.ceiling + metric.sign * chance):
            yield Finding(f"the trivial predictor's test {task.metric} of {score:.4g} beats the ceiling {task.ceiling}")


def shuffled_labels_teach_nothing(task: Task, data: Data) -> Iterator[Finding]:
    """The trained baseline, fitted on shuffled training labels, falls to chance on the test split.

    Chance is the most frequent class, or the training mean; it is called beaten when each of three shuffles gives an
    accuracy more than 0.1 and three standard errors above it, or a squared error more than a tenth below.
    """
    task, data = _probed(task, data)
    target = data.counted("test", data.test[1])
    shuffled = (_shuffled(task, data, np.random.default_rng(seed)) for seed in range(SHUFFLES))
    answers = [data.counted("test", predict(_fitted(task, other), data, "test")) for other in shuffled]
    if task.kind == "classification":
        chance = np.bincount(target.ravel()).max() / target.size
        score = min(float(np.mean(answer.argmax(axis=-1) == target)) for answer in answers)
        beaten = score > chance + MARGIN + 3 * np.sqrt(chance * (1 - chance) / len(data.test[1]))
    else:
        chance = float(np.mean((target - data.counted("train", data.train[1]).mean(dtype=np.float64)) ** 2))
        score = max(float(np.mean((target - answer) ** 2)) for answer in answers)
        beaten = score < (1 - MARGIN) * chance
    if beaten:
        yield Finding(
            f"fitted on shuffled labels it still scores {score:.3g} on the test split, chance is {chance:.3g}"
        )


def _fitted(task: Task, data: Data) -> Predictor:
    from sklearn.exceptions import ConvergenceWarning

    if task.trained_baseline is None:
        task = replace(task, trained_baseline="flattened")
    with warnings.catch_warnings():
        # shuffled labels have no solution to converge to; only what is answered counts here
        warnings.simplefilter("ignore", ConvergenceWarning)
        return trained(task, data)


def _score(task: Task, data: Data, predictor: Predictor) -> float:
    target, answers = (data.counted("test", values) for values in (data.test[1], predict(predictor, data, "test")))
    return headline(task.metric, task.kind, target, answers, **reference(task, data, "test"))


def _shuffled(task: Task, data: Data, rng: np.random.Generator) -> Data:
    """The data with the training answers that count dealt out anew, those of all steps alike."""
    x, y = data.train
    counts = np.ones(y.shape[: 1 + task.per_step], dtype=bool) if data.scored is None else data.scored["train"]
    dealt = y.copy()
    dealt[counts] = rng.permutation(y[counts])
    return replace(data, train=(x, dealt))


def _probed(task: Task, data: Data) -> tuple[Task, Data]:
    """The task with some examples of each split, and with the whole data's vocabulary."""
    x = data.train[0]
    most = min(PROBED, max(20, PROBED_INPUTS // x[0].size // x.shape[1])) if task.per_step else PROBED
    rows = {split: _some(getattr(data, split), most) for split in SPLITS}
    pairs = {split: tuple(part[rows[split]] for part in getattr(data, split)) for split in SPLITS}
    beside = {name: values for name in ("lengths", "scored") if (values := getattr(data, name)) is not None}
    chosen = {name: {split: np.asarray(of[split])[rows[split]] for split in SPLITS} for name, of in beside.items()}
    vocabulary = task.signature(data).vocabulary
    return replace(task, vocabulary=vocabulary), replace(data, **pairs, **chosen)


def _some(pair: Split, most: int) -> np.ndarray:
    """Indices of at most so many examples, drawn from a fixed seed, in order."""
    count = len(pair[0])
    return np.sort(np.random.default_rng(0).permutation(count)[:most])
