"""Baseline: rules that baselines are reproducible, can be beaten, and learn nothing from shuffled labels."""

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from suite.tasks.baselines import TRIVIAL, Predictor, predict, reference, trivial
from suite.tasks.checks.finding import Finding
from suite.tasks.data import SPLITS, Data, Split
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics import headline
from suite.tasks.task import Task
from suite.tasks.trained_baselines import declared, trained

PROBED = 300
# with a target at every step, an example has one prediction for each step, and each prediction reads up to all steps
PROBED_INPUTS = 300_000
SHUFFLES = 3
MARGIN = 0.1
STANDARD_ERRORS = 4


def baselines_reproducible(task: Task, data: Data) -> Iterator[Finding]:
    """Check that each baseline makes the same predictions when it is fitted twice to the same examples."""
    task, data = _probed(task, data)
    for name, fit in {"trivial": trivial, "trained": _fitted}.items():
        first, second = (predict(fit(task, data), data, "test") for _ in range(2))
        differing = (first != second).reshape(len(first), -1).any(axis=1)
        if differing.any():
            rows = tuple(np.flatnonzero(differing).tolist())
            yield Finding(
                f"the {name} baseline predicts differently when fitted again: fix its random_state", "test", rows
            )


def direction_leaves_room(task: Task, data: Data) -> Iterator[Finding]:
    """Check that the trivial baseline's test score is worse than a perfect score and not better than the ceiling.

    The ceiling is an expected value. Therefore the score may be better by up to four standard errors, computed as for
    the mean of squared normal values.
    """
    metric, score = task.headline, _score(task, data, trivial(task, data))
    if not metric.better(metric.perfect, score):
        yield Finding(f"the trivial predictor's test {task.metric} of {score:.4g} cannot be beaten")
    if task.ceiling is not None:
        chance = STANDARD_ERRORS * np.sqrt(2 / len(data.test[1])) * abs(metric.perfect - task.ceiling)
        if metric.better(score, task.ceiling + metric.sign * chance):
            yield Finding(f"the trivial predictor's test {task.metric} of {score:.4g} beats the ceiling {task.ceiling}")


def best_constant_declared(task: Task, data: Data) -> Iterator[Finding]:
    """Check that no other trivial baseline of labels is better than the declared one on the training split.

    Of several constant predictions, one is best for F1 and another for probabilities; a network that learns nothing
    would beat the wrong one.
    """
    if task.kind != MULTI_LABEL:
        return
    names = [name for name, one in TRIVIAL.items() if task.kind in one.kinds]
    tasks = {name: replace(task, baseline=name) for name in names}
    scores = {name: _score(one, data, trivial(one, data), "train") for name, one in tasks.items()}
    best = task.headline.best(scores.values())
    if task.headline.better(best, own := scores[str(task.baseline)]):
        name = next(name for name, score in scores.items() if score == best)
        yield Finding(
            f"the training {task.metric} of the trivial baseline is {own:.3g}, but that of '{name}' is {best:.3g}: "
            f"say baseline='{name}'"
        )


def shuffled_labels_teach_nothing(task: Task, data: Data) -> Iterator[Finding]:
    """Check that the first trained baseline, trained on shuffled labels, is no better than chance on the test split.

    Chance is the accuracy of the most frequent test class, or the squared error of the training mean; the labels of a
    multi-label task are values of 0 and 1. The check fails if, for each of three shuffles, the accuracy is above chance
    + 0.1 + three standard errors, or the squared error is below 0.9 * chance.
    """
    task, data = _probed(task, data)
    chance, limit = _chance(task, data)
    better = max if task.kind == CLASSIFICATION else min
    scores = []
    for seed in range(SHUFFLES):
        scores.append(_taught(task, _shuffled(task, data, np.random.default_rng(seed)), data))
        if better(scores[-1], limit) == limit:
            return  # one shuffle that teaches nothing is enough; each takes a fit
    worst = min(scores) if better is max else max(scores)
    yield Finding(
        f"the trained baseline, fitted on shuffled labels, still scores {worst:.3g} on the test split; "
        f"chance is {chance:.3g}"
    )


def _chance(task: Task, data: Data) -> tuple[float, float]:
    """Return the accuracy or squared error of chance on the test split, and the score that is clearly better."""
    target = data.counted("test", data.test[1])
    if task.kind == CLASSIFICATION:
        chance = float(np.bincount(target.ravel()).max() / target.size)
        return chance, chance + MARGIN + 3 * float(np.sqrt(chance * (1 - chance) / len(data.test[1])))
    known = data.counted("train", data.train[1]).reshape(-1, *data.target_shape(task))
    chance = float(np.mean((target - known.mean(axis=0, dtype=np.float64)) ** 2))
    return chance, (1 - MARGIN) * chance


def _taught(task: Task, taught: Data, data: Data) -> float:
    """Return the accuracy or squared error on the test split of the trained baseline, fitted on `taught`."""
    target = data.counted("test", data.test[1])
    prediction = data.counted("test", predict(_fitted(task, taught), data, "test"))
    if task.kind == CLASSIFICATION:
        return float(np.mean(prediction.argmax(axis=-1) == target))
    return float(np.mean((target - prediction) ** 2))


def _fitted(task: Task, data: Data) -> Predictor:
    from sklearn.exceptions import ConvergenceWarning

    first = next(iter(declared(task.trained_baseline)), "flattened")
    with warnings.catch_warnings():
        # fitting to shuffled labels may not converge, but only the predictions matter here
        warnings.simplefilter("ignore", ConvergenceWarning)
        return trained(replace(task, trained_baseline=first), data)


def _score(task: Task, data: Data, predictor: Predictor, split: str = "test") -> float:
    both = data.pair(split)[1], predict(predictor, data, split)
    target, predictions = (data.counted(split, values) for values in both)
    return headline(task.metric, task.kind, target, predictions, **reference(task, data, split))


def _shuffled(task: Task, data: Data, rng: np.random.Generator) -> Data:
    """Return the data with shuffled training targets: those in the evaluation mask are shuffled across all steps."""
    x, y = data.train
    mask = np.ones(y.shape[: 1 + task.per_step], dtype=bool) if data.scored is None else data.scored["train"]
    shuffled = y.copy()
    shuffled[mask] = rng.permutation(y[mask])
    return replace(data, train=(x, shuffled))


def _probed(task: Task, data: Data) -> tuple[Task, Data]:
    """Return a smaller problem: some examples of each split, and the task with the vocabulary of the whole data."""
    x = data.train[0]
    most = min(PROBED, max(20, PROBED_INPUTS // x[0].size // x.shape[1])) if task.per_step else PROBED
    rows = {split: _some(getattr(data, split), most) for split in SPLITS}
    pairs = {split: tuple(part[rows[split]] for part in getattr(data, split)) for split in SPLITS}
    beside = {name: values for name in ("lengths", "scored", "weights") if (values := getattr(data, name)) is not None}
    chosen = {
        name: {split: np.asarray(values)[rows[split]] for split, values in of.items()} for name, of in beside.items()
    }
    vocabulary = task.signature(data).vocabulary
    return replace(task, vocabulary=vocabulary), replace(data, **pairs, **chosen)


def _some(pair: Split, most: int) -> np.ndarray:
    """Return the sorted indices of at most `most` examples, drawn with a fixed seed."""
    return np.sort(np.random.default_rng(0).permutation(len(pair[0]))[:most])
