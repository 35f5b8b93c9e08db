"""Loss: what a training minimises, the decorator @loss, and the registry of all losses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import closest_keyword
from suite.registry import Named, Registry


@dataclass(frozen=True)
class Loss(Named):
    """A loss that networks can be trained on; `loss` explains the fields."""

    kinds: tuple[str, ...]
    function: Callable[..., Any]
    constant: Callable[..., float]
    place: str
    usual: bool = False
    quantiles: bool = False
    mean: Callable[[str, np.ndarray, np.ndarray], float] | None = None


LOSSES: Registry[Loss] = Registry("loss", "suite.losses", "suite.recipes.losses")


@closest_keyword
def loss(
    name: str,
    *,
    kinds: tuple[str, ...],
    constant: Callable[..., float],
    usual: bool = False,
    quantiles: bool = False,
    mean: Callable[[str, np.ndarray, np.ndarray], float] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as a loss for these kinds of task.

    The suite calls `function(target, output)`, which returns one loss per target, in operations of `keras.ops`.
    Classification: `target` contains classes (batch[, time]), `output` probabilities (batch[, time], classes).
    Multi-label: both have the shape (batch[, time], labels). Regression: `target` contains standardised values
    (batch[, time], outputs), and so does `output`.
    `constant(targets, weights)`: the mean loss of the best constant prediction. For regressions, it takes the
    standardised training targets (n, outputs) and their weights (n,), None if all are equal; otherwise the frequencies
    (rows, classes) of the classes, with one row for a classification and one (absent, present) for each label, and
    None.
    `usual`: whether tasks of these kinds are trained on it if no loss is named. `quantiles`: whether networks predict
    quantiles; the output then is (..., outputs x levels), the levels of one output side by side, and both functions
    also take the levels, last. `mean`: (kind, targets, outputs) -> the mean loss, if it is not computed by `function`.
    """
    return LOSSES.register(
        lambda function, place: Loss(name, tuple(kinds), function, constant, place, usual, quantiles, mean)
    )


def usual_loss(kind: str) -> str:
    """Return the name of the loss on which tasks of this kind are trained if no loss is named, or "unknown"."""
    return next((one.name for one in LOSSES.entries() if one.usual and kind in one.kinds), "unknown")


@dataclass(frozen=True)
class Objective:
    """The loss of a run: a loss, for a kind of task, at the levels that it predicts if it is one of quantiles."""

    loss: Loss
    kind: str
    levels: tuple[float, ...] = ()

    def per_target(self, target: Any, output: Any) -> Any:
        """Return one loss per target; see `loss` for the shapes."""
        return self.loss.function(target, output, *self._levels)

    def mean(self, target: np.ndarray, output: np.ndarray) -> float:
        """Return the mean loss over all targets."""
        if self.loss.mean:
            return self.loss.mean(self.kind, target, output)
        import keras

        return float(np.mean(keras.ops.convert_to_numpy(self.per_target(target, output)), dtype="float64"))

    def constant(self, targets: np.ndarray, weights: np.ndarray | None = None) -> float:
        """Return the mean loss of the best constant prediction; see `loss` for the arguments."""
        return float(self.loss.constant(targets, weights, *self._levels))

    @property
    def _levels(self) -> tuple[tuple[float, ...], ...]:
        return (self.levels,) if self.loss.quantiles else ()
