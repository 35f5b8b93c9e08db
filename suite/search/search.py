"""Search: an ask-and-tell interface to Keras Tuner's oracles.

The oracles are used only to draw and propose configurations, not to keep track of trials, because their own bookkeeping
treats seed 0 as "no seed", counts infinite scores as valid, gives up after three failures in a row, returns failed
trials as the best, and fills in names that a configuration lacks.
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
    """The search of one cell: `ask` returns the configuration of a trial, and `tell` takes its score.

    `space`: the hyperparameters to search. `direction`: which scores are better, "higher" or "lower". `trials`: the
    total number of trials. `seed`: the seed of all random draws.
    """

    def __init__(self, space: keras_tuner.HyperParameters, method: Method, direction: str, trials: int, seed: int):
        self.space = space
        self.method = method
        self.default = dict(space.values)
        self.proposal = ""
        self.oracle = method.oracle(
            trials,
            objective=keras_tuner.Objective("score", "max" if direction == "higher" else "min"),
            hyperparameters=space.copy(),
            seed=seed,
        )

    def ask(self, index: int) -> dict[str, Any]:
        """Return the configuration of trial `index`: the oracle's proposal.

        An independent draw depends on the index alone. If trials depend on each other, trial 0 has the default
        configuration, and a random proposal avoids the configurations of earlier trials. Afterwards, `proposal` says
        where the configuration is from: it is the "default", "random" or a proposal of the oracle's "model".
        """
        if index == 0 and not self.method.independent:
            values, self.proposal = self.default, "default"
        else:
            values, self.proposal = self._propose(index)
        self.begin(index, values)
        return values

    def begin(self, index: int, values: dict[str, Any]) -> None:
        """Record that a trial is running with this configuration."""
        self._note(index, values, "RUNNING", None)

    def tell(self, index: int, values: dict[str, Any], score: float | None) -> None:
        """Record a trial's validation score; a score of None, NaN or infinity means that the trial failed.

        Raise ValueError if the configuration is not in the space: a name is missing or unknown, or a value is outside.
        """
        strange = misfits(self.space, values)
        if strange:
            raise ValueError(f"trial {index} has a configuration of another space: {', '.join(strange)}")
        valid = score is not None and math.isfinite(score)
        self._note(index, values, "COMPLETED" if valid else "FAILED", score if valid else None)

    def _propose(self, index: int) -> tuple[dict[str, Any], str]:
        self.oracle.number = index
        self.oracle._random_state = np.random.RandomState(derive_seed(self.oracle.seed, index))
        values = self.oracle.populate_space(f"{index}")["values"]
        if self.oracle._duplicate(values):
            return self.oracle._random_values(), "random"
        return values, "model" if self.oracle.by_model else "random"

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
