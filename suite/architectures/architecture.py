"""Architecture: a named way to turn a sequence into features, with its own hyperparameters; @architecture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from suite.registry import Registry, check_name, place_of


@dataclass(frozen=True)
class Architecture:
    """`function(hp, x, *, units, per_step)` maps a tensor (batch, time, features) to features; see `architecture`."""

    name: str
    function: Callable[..., Any]
    place: str
    version: int = 1
    causal: bool = True
    derived: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
    start: str | None = None

    @property
    def description(self) -> str:
        """The function's docstring as one paragraph."""
        return " ".join((self.function.__doc__ or "").split())

    def unfit(self, per_step: bool) -> str | None:
        """Why it cannot serve a task with one answer, or with an answer at every step; None where it can."""
        if per_step and not self.causal:
            return f"the task asks for an answer at every step, and {self.name} sees later steps"
        return None

    def names(self) -> list[str]:
        """The names this entry is listed under."""
        return [self.name]

    def find(self, name: str) -> Self | None:
        """This architecture if it answers to `name`."""
        return self if name == self.name else None


ARCHITECTURES: Registry[Architecture] = Registry("architecture", "suite.architectures", "suite.architectures.builtin")


def architecture(
    name: str,
    *,
    version: int = 1,
    causal: bool = True,
    derived: Callable[[dict[str, Any], int], dict[str, Any]] | None = None,
    start: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers the decorated function as an architecture.

    The function is `function(hp, x, *, units, per_step)`: `hp` is `keras_tuner.HyperParameters`, `x` a Keras tensor
    (batch, time, features), `units` the width the suite chose. It returns (batch, features), or
    (batch, time, features) when `per_step` is true.
    `causal`: False says that an answer at a step would see later ones; it serves no task with an answer at every step.
    `derived`: `function(hyperparameters, length)` gives what follows from them; the record has it as `structure`.
    `start`: the name of the hyperparameter that sets how much of its state a network retains before training.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        check_name("architecture", name, place_of(function))
        ARCHITECTURES.add(Architecture(name, function, place_of(function), version, causal, derived, start))
        return function

    return register
