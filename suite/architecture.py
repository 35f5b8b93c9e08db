"""Architecture: a named way to turn a sequence into features, with its own hyperparameters; @architecture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from suite.registry import Registry, check_name, place_of


@dataclass(frozen=True)
class Architecture:
    """`function(hp, x, *, units, per_step)` maps a tensor (batch, time, features) to features."""

    name: str
    function: Callable[..., Any]
    place: str
    version: int = 1

    @property
    def description(self) -> str:
        """The function's docstring as one paragraph."""
        return " ".join((self.function.__doc__ or "").split())

    def names(self) -> list[str]:
        """The names this entry is listed under."""
        return [self.name]

    def find(self, name: str) -> Self | None:
        """This architecture if it answers to `name`."""
        return self if name == self.name else None


ARCHITECTURES: Registry[Architecture] = Registry("architecture", "suite.architectures")


def architecture(name: str, *, version: int = 1) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers the decorated function as an architecture.

    The function is `function(hp, x, *, units, per_step)`: `hp` is `keras_tuner.HyperParameters`, `x` a Keras tensor
    (batch, time, features), `units` the width the suite chose. It returns (batch, features), or
    (batch, time, features) when `per_step` is true.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        check_name("architecture", name, place_of(function))
        ARCHITECTURES.add(Architecture(name, function, place_of(function), version))
        return function

    return register
