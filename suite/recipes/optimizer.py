"""Optimizer: how a training steps down its loss, the decorator @optimizer, and the registry of all optimizers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite.errors import closest_keyword
from suite.registry import Named, Registry


@dataclass(frozen=True)
class Optimizer(Named):
    """An optimizer that networks can be trained with; `optimizer` explains the fields."""

    function: Callable[[], tuple[type, dict[str, Any]]]
    place: str
    weight_decay: float = 0.0


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", "suite.optimizers", "suite.recipes.optimizers")


@closest_keyword
def optimizer(name: str, *, weight_decay: float = 0.0) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as an optimizer.

    `function()` returns a class of Keras optimizers and the options to make one with, except the learning rate. The
    suite clips gradients and decays weights itself, so that this is the same for all optimizers.
    `weight_decay`: the decay if an experiment names none.
    """
    return OPTIMIZERS.register(lambda function, place: Optimizer(name, function, place, weight_decay))
