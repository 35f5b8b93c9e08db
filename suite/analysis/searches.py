"""Searches: the whole searches that are replicates of each other, because they differ in their seed alone."""

from typing import Any

from suite.experiment.expected_runs import trials_are_independent
from suite.recipes.recipe import USUAL
from suite.results.experiment_info import ExperimentInfo
from suite.results.remember import remember
from suite.results.results import Results

# settings in which searches must agree to be replicates of each other
SAME = (
    "search", "trials", "epochs", "patience", "weights", "examples", "folds", "match", "search_space",
    "hyperparameters", "loss", "quantiles", "optimizer", "schedule", "clip_norm", "weight_decay", "precision",
)  # fmt: skip


@remember()
def searches_of(results: Results) -> list[Any]:
    """Return these results and their variants that differ in the seed of a search whose trials depend on each other."""
    if trials_are_independent(results.experiment) and results.experiment.best_of:
        return [results]
    found = {results.experiment.search_seed: results}
    for one in results.variants.values():
        if _settings(one.experiment) == _settings(results.experiment):
            found.setdefault(one.experiment.search_seed, one)
    return list(found.values())


def _settings(experiment: ExperimentInfo) -> list[Any]:
    """Return the settings in `SAME`; a training choice that an older folder does not know has its default."""
    own = {name: getattr(experiment, name) for name in SAME}
    return [getattr(USUAL, name, None) if value is None else value for name, value in own.items()]
