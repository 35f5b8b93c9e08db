"""Stopping: which epoch of a training is its best, and when the training ends."""

from dataclasses import dataclass

import numpy as np

from suite.recipes.loss import Objective
from suite.tasks.baselines import scores_on, trivial
from suite.tasks.data import Data
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics import Metric
from suite.tasks.task import Task

STARTED = 0.98
MARGIN = 0.02
STANDARD_ERRORS = 4


@dataclass
class Stopping:
    """Follows a training epoch by epoch.

    The best epoch is the one with the best validation score and, among equal scores, the lowest validation loss: most
    scores count errors, and stay the same while the loss still falls.

    The training ends as soon as the validation score is at least as good as `goal`. It also ends after `patience`
    epochs without a better one, but not while it has never left the start. It leaves the start in the first epoch whose
    training loss is below `STARTED` times `trivial_loss`, the loss of the best constant prediction. On some tasks, such
    as parity, networks learn nothing for many epochs and then everything. Therefore the epochs before the start do not
    count towards the patience.
    """

    metric: Metric
    patience: int
    goal: float
    trivial_loss: float
    best_epoch: int = 0
    _epoch: int = 0
    _start: int | None = None
    _best: tuple[float, float] = (-np.inf, -np.inf)

    def is_best(self, loss: float, val_loss: float, val_score: float) -> bool:
        """Take the next epoch's mean training loss, validation loss and validation score; return whether it is best."""
        self._epoch += 1
        if self._start is None and (loss < STARTED * self.trivial_loss or not self.trivial_loss):
            self._start = self._epoch
        reached = self.metric.sign * val_score, -val_loss
        if self.best_epoch and reached <= self._best:
            return False
        self.best_epoch, self._best = self._epoch, reached
        return True

    @property
    def is_over(self) -> bool:
        """Whether the training ends after the last epoch taken, whatever is left of its budget of epochs."""
        if self._best[0] >= self.metric.sign * self.goal:
            return True
        return self._start is not None and self._epoch - max(self.best_epoch, self._start) >= self.patience


def trivial_loss(task: Task, data: Data, objective: Objective) -> float:
    """Return the training loss of the best constant prediction, which needs no inputs.

    Targets count with their weights, and only within the evaluation mask. With the usual losses it is, of a
    classification, the entropy (nats) of the frequencies of the classes; of labels, the mean entropy of being present
    or absent; of a regression, the mean variance of the standardised targets: without weights 1, or less if some output
    never varies.
    """
    targets, weights = data.counted("train", data.train[1]), data.target_weights(task)
    weights = None if weights is None else data.counted("train", weights).ravel()
    if task.kind == CLASSIFICATION:
        return objective.constant(np.bincount(targets.ravel(), weights)[None])
    targets = targets.reshape(-1, data.signature(task).outputs)
    if task.kind == MULTI_LABEL:
        present = np.average(targets, axis=0, weights=weights)
        return objective.constant(np.stack([1 - present, present], axis=-1))
    spread = targets.std(axis=0, dtype="float64")
    standardised = (targets - targets.mean(axis=0, dtype="float64")) / np.where(spread > 0, spread, 1.0)
    return objective.constant(standardised, None if weights is None or not np.ptp(weights) else weights)


def goal(task: Task, data: Data) -> float:
    """Return the validation score that ends a training: the task's known ceiling or, in most cases, a perfect score.

    A ceiling short of perfect is an expected value, which a score can reach by luck on a finite validation split. Where
    nothing can be predicted, the trivial baseline itself reaches the ceiling on about half of all splits
    (prices-random-walk, prices-garch). Therefore a ceiling ends a training only if it lies clearly above the trivial
    baseline's score on the same split: by more than 0.02 of skill, the default margin, and by more than four standard
    errors of a score at the ceiling. Stopping there then costs little: the best predictor would pass the ceiling by 0.4
    standard errors on average, a tenth of the least distance to the baseline (prices-lagged: 0.01 of skill).
    """
    metric, ceiling = task.headline, task.ceiling
    if ceiling is None or ceiling == metric.perfect:
        return metric.perfect
    baseline = scores_on(task, data, trivial(task, data), "validation")[task.metric]
    clear = STANDARD_ERRORS * _standard_error(metric, ceiling, data.counted("validation", data.validation[1]).size)
    clear = max(clear, MARGIN * abs(metric.perfect - baseline))
    return ceiling if metric.sign * (ceiling - baseline) > clear else metric.perfect


def _standard_error(metric: Metric, score: float, count: int) -> float:
    """Return the standard error of a score on `count` targets.

    A score between 0 and 1 counts as a share of right predictions, any other one as a mean of squared normal values.
    """
    if metric.range == (0.0, 1.0):
        return float(np.sqrt(score * (1 - score) / count))
    return abs(metric.perfect - score) * float(np.sqrt(2 / count))
