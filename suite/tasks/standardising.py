"""Standardising: scales the inputs of a task that declares standardise=True, by the training split alone."""

from dataclasses import replace

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import apply, fit, whole

READER = {"reader": "arrays"}  # new data are arrays in the units of the task's function, and are scaled in the same way


def standardised(data: Data, where: str) -> Data:
    """Return the data with every feature at mean 0 and spread 1 over the valid steps of the training split.

    The mean and the scale become part of `preparation`, so that baselines know the units and new data are scaled alike.
    Raise ValueError if x are tokens, or if the data already have a mean and a scale.
    """
    if data.tokens:
        raise ValueError(f"{where}: standardise=True needs x of floats, not of tokens")
    if {"mean", "scale", "reader"} & set(data.preparation):
        raise ValueError(f"{where}: standardise=True, but the data are scaled already: their preparation has a mean")
    fitted = fit(data.train[0], data.steps("train"))
    pairs = {split: (apply(data.pair(split)[0], data.steps(split), fitted), data.pair(split)[1]) for split in SPLITS}
    extra = {name: (apply(x, whole(x), fitted), y) for name, (x, y) in data.extra.items()}
    return replace(data, **pairs, extra=extra, preparation={**data.preparation, **fitted, **READER})
