"""Adds a task, then fails: nothing of it may stay."""

import numpy as np

from suite import Data, task


@task("half-a-plugin", family="machines", kind="regression", metric="mse", baseline="mean")
def half_a_plugin(seed: int) -> Data:
    """Never seen."""
    return Data(*((np.zeros((4, 3, 1), "float32"), np.zeros(4, "float32")),) * 3)


raise RuntimeError("no licence found")
