"""One task and one architecture, as a package of somebody else's brings them."""

import numpy as np

from suite import Data, architecture, task


@task("plugged-in-task", family="machines", kind="regression", metric="mse", baseline="mean")
def plugged_in_task(seed: int, examples: int = 40) -> Data:
    """Five numbers; which was the largest? Generated."""
    rng = np.random.default_rng(seed)
    inputs = [rng.normal(size=(examples, 5, 1)).astype("float32") for _ in range(3)]
    return Data(*((x, x.max(axis=(1, 2))) for x in inputs))


@architecture("plugged-in-architecture", causal=False)
def plugged_in_architecture(hp, x, *, units: int, per_step: bool):
    """The largest of a few features over time."""
    import keras

    return keras.layers.GlobalMaxPooling1D()(keras.layers.Dense(units, activation="relu")(x))
