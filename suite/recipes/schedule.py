"""Schedule: how the learning rate changes during a training, the decorator @schedule, and all schedules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from suite.registry import Named, Registry

Function = Callable[[np.ndarray, int, Sequence[float]], np.ndarray]


@dataclass(frozen=True)
class Schedule(Named):
    """A schedule of the learning rate; `schedule` explains its function."""

    function: Function
    place: str

    def rates(self, rate: float, epoch: int, batches: int, epochs: int, losses: Sequence[float]) -> np.ndarray:
        """Return the learning rate of every step of an epoch, counted from 0, (batches,).

        `rate`: the learning rate that the schedule changes. `batches`: steps of an epoch. `epochs`: the most epochs
        that the training may take. `losses`: the validation loss of every epoch so far.
        """
        steps = epoch * batches + np.arange(batches)
        return np.asarray(rate * self.function(steps, epochs * batches, losses), "float32")


SCHEDULES: Registry[Schedule] = Registry("schedule", "suite.schedules", "suite.recipes.schedules")


def schedule(name: str) -> Callable[[Function], Function]:
    """Register the decorated function as a schedule.

    `function(steps, total, losses)` returns by what to multiply the learning rate at each of these steps, which count
    from 0. `total`: the number of steps if the training uses all its epochs. `losses`: the validation losses so far.
    """
    return SCHEDULES.register(lambda function, place: Schedule(name, function, place))
