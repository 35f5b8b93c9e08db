"""Architecture: a named way to turn a sequence into features, with its own hyperparameters; `@architecture`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite.errors import check_title, closest_keyword
from suite.process.endings import without_exit
from suite.registry import Named, Registry


@dataclass(frozen=True)
class Architecture(Named):
    """A registered architecture. The docstring of `architecture` explains the fields."""

    function: Callable[..., Any]
    place: str
    version: int = 1
    causal: bool = True
    derived: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
    start: str | None = None
    title: str = ""
    order_free: bool = False

    @property
    def called(self) -> str:
        """What sentences call the architecture: its title, by default its name."""
        return self.title or self.name

    @property
    def description(self) -> str:
        """Return the function's docstring as one paragraph."""
        return " ".join((self.function.__doc__ or "").split())

    def features(self, hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
        """Return what the function returns; raise EndingError if it would end the process."""
        return without_exit(self.function, hp, x, units=units, per_step=per_step)

    def does_not_apply(self, causal: bool) -> str | None:
        """Return why the architecture cannot be used for a task, or None if it can.

        `causal`: the task has a target at every step, and is not offline.
        """
        if causal and not self.causal:
            return f"the task needs a prediction at every step, and {self.name} sees later steps"
        return None


ARCHITECTURES: Registry[Architecture] = Registry("architecture", "suite.architectures", "suite.architectures.builtin")


@closest_keyword
def architecture(
    name: str,
    *,
    version: int = 1,
    causal: bool = True,
    derived: Callable[[dict[str, Any], int], dict[str, Any]] | None = None,
    start: str | None = None,
    title: str = "",
    order_free: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function as an architecture.

    The suite calls `function(hp, x, *, units, per_step)`, where `hp` is a `keras_tuner.HyperParameters`, `x` a Keras
    tensor (batch, time, features), and `units` the width that the suite chose. The function returns a tensor
    (batch, features), or (batch, time, features) if `per_step` is true.
    `causal`: False if the output at a step depends on later steps. Such an architecture cannot be used for tasks with a
    target at every step.
    `derived`: a function `(hyperparameters, length) -> dict` of derived facts, which records store as `structure`.
    `start`: the name of the hyperparameter that sets how much of its state a network retains before training.
    `title`: what sentences and figures call the architecture, such as "simple RNN"; by default its name.
    `order_free`: True if its features are the same whatever the order of the steps.
    """

    def made(function: Callable[..., Any], place: str) -> Architecture:
        check_title(title, f"architecture '{name}' ({place})")
        return Architecture(name, function, place, version, causal, derived, start, title, order_free)

    return ARCHITECTURES.register(made)
