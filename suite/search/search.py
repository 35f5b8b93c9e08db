"""Search: Keras Tuner's oracles as ask and tell; trial 0 is the default configuration.

The oracles serve for what they draw and model, not for their bookkeeping: their stock trials treat seed 0 as "no seed",
count infinite scores as valid, give up after three failures in a row, return failed trials as the best, and fill in
names that a configuration lacks.
"""

import math
from collections.abc import Mapping
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial

from suite.search.methods import Method
from suite.search.spaces import misfits
from suite.seeds import derive_seed


class Search:
    """The search of one cell: `ask` for the configuration of a trial, `tell` its score.

    `space`: the hyperparameters that are searched. `direction`: "higher" or "lower" scores are better. `trials`: how
    many there will be. `seed`: of all draws.
    """

    def __init__(self, space: keras_tuner.HyperParameters, method: Method, direction: str, trials: int, seed: int):
        self.space = space
        self.default = dict(space.values)
        self.oracle = method.oracle(
            trials,
            objective=keras_tuner.Objective("score", "max" if direction == "higher" else "min"),
            hyperparameters=space.copy(),
            seed=seed,
        )

    def ask(self, index: int) -> dict[str, Any]:
        """Return the configuration of trial `index`: the default for 0, else the oracle's proposal.

        A random proposal depends on the index alone, but for avoiding the configurations that came before.
        """
        values = self.default if index == 0 else self._propose(index)
        self.begin(index, values)
        return values

    def begin(self, index: int, values: dict[str, Any]) -> None:
        """Note that a trial is running with this configuration."""
        self._note(index, values, "RUNNING", None)

    def tell(self, index: int, values: dict[str, Any], score: float | None) -> None:
        """Note a trial's validation score; None, NaN and infinity count as failed, never as a score.

        Raise ValueError for a configuration that is not one of the space: a name that was renamed, or a value outside.
        """
        strange = misfits(self.space, values)
        if strange:
            raise ValueError(f"trial {index} has a configuration of another space: {', '.join(strange)}")
        valid = score is not None and math.isfinite(score)
        self._note(index, values, "COMPLETED" if valid else "FAILED", score if valid else None)

    def _propose(self, index: int) -> dict[str, Any]:
        self.oracle.number = index
        self.oracle._random_state = np.random.RandomState(derive_seed(self.oracle.seed, index))
        values = self.oracle.populate_space(f"{index}")["values"]
        return self.oracle._random_values() if self.oracle._duplicate(values) else values

    def _note(self, index: int, values: Mapping[str, Any], status: str, score: float | None) -> None:
        hp = self.oracle.get_space()
        hp.values = dict(values)
        trial = Trial(hyperparameters=hp, trial_id=f"{index}", status=status)
        trial.score = score
        self.oracle.trials[trial.trial_id] = trial
        self.oracle._record_values(trial)
        if status == "RUNNING":
            self.oracle.ongoing_trials[trial.trial_id] = trial
        else:
            self.oracle.ongoing_trials.pop(trial.trial_id, None)
