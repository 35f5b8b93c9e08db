"""Space summary: what the runner, which does not import TensorFlow, needs to know of a cell's search space."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SpaceSummary:
    """What the runner needs to know of a cell's search space, as plain values.

    `default`: the default configuration. `drawn`: the draw of every trial, the default first; empty where an adaptive
    search proposes them one at a time, or nothing is searched. `given`: the whole configuration of a cell that is not
    searched. `space`: Keras Tuner's description of the space, for an adaptive search. `misfits`: which hyperparameters
    of a stored trial are not in the space, by the trial's index.
    """

    default: dict[str, Any]
    drawn: list[dict[str, Any]] = field(default_factory=list)
    given: dict[str, Any] | None = None
    space: dict[str, Any] | None = None
    misfits: dict[int, list[str]] = field(default_factory=dict)
