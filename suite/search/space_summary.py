"""Space summary: describes a cell's search space to the runner, which does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SpaceSummary:
    """A cell's search space as plain values, as far as the runner needs it.

    `default`: the default configuration. `drawn`: the configurations of all trials; empty if an adaptive search
    proposes them one at a time or if the cell is not searched. `given`: the complete configuration of a
    cell that is not searched. `space`: Keras Tuner's config of the space, only for an adaptive search. `misfits`: index
    of a stored trial -> the names of its hyperparameters that do not fit the space. `code`: the fingerprint of the
    architecture; None if it cannot be built. `concerns`: flag -> what is wrong with the architecture for this task.
    `idle`: the names of hyperparameters without effect. `learning_rates`: the (lowest, highest) learning rate that the
    architecture asks for; None if it has the range that all share. `notices`: what else the user should know.
    """

    default: dict[str, Any]
    drawn: list[dict[str, Any]] = field(default_factory=list)
    given: dict[str, Any] | None = None
    space: dict[str, Any] | None = None
    misfits: dict[int, list[str]] = field(default_factory=dict)
    code: dict[str, Any] | None = None
    concerns: dict[str, str] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    learning_rates: tuple[float, float] | None = None
    notices: tuple[str, ...] = ()
