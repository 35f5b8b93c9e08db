"""Search: Keras Tuner's oracles as ask / tell; trial 0 is the default configuration.

The oracles are used for what they draw and model, and not for their bookkeeping: their stock trials treat seed 0 as
"no seed", count infinite scores as valid, give up after three failures in a row, return failed trials as the best, and
fill in names that a configuration lacks.
"""

import math
import warnings
from collections.abc import Mapping
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from suite.architectures.architecture import Architecture
from suite.architectures.model import space
from suite.search.samplers import BayesianOracle, RandomOracle, TPEOracle
from suite.search.spaces import misfits, narrowed
from suite.seeds import derive_seed
from suite.tasks.data import Signature

ADAPTIVE = {"bayesian": BayesianOracle, "tpe": TPEOracle}


class Search:
    """The search of one cell: `ask` for the configuration of a trial, `tell` what came of it.

    `method`: a name in `suite.search.methods`. `direction`: "higher" or "lower" scores are better. `seed`: of all
    draws. `search_space`: the ranges as the user narrowed them. `search_width`: the width is searched with the rest.
    Raises RequestError for values of `search_space` outside the architecture's space.
    """

    def __init__(
        self,
        architecture: Architecture,
        signature: Signature,
        *,
        method: str,
        direction: str,
        trials: int,
        seed: int,
        search_space: Mapping[str, Any],
        search_width: bool = False,
    ):
        whole = space(architecture, signature, search_width)
        self.space = narrowed(whole, search_space, architecture.name)
        self.default = dict(self.space.values)
        options = {
            "objective": keras_tuner.Objective("score", "max" if direction == "higher" else "min"),
            "hyperparameters": self.space.copy(),
            "seed": seed,
        }
        if method in ADAPTIVE:
            first = max(4, trials // 3)
            self.oracle = ADAPTIVE[method](num_initial_points=first, **options)
        else:
            self.oracle = RandomOracle(**options)

    def ask(self, index: int) -> dict[str, Any]:
        """The configuration of trial `index`: the default for 0, else the oracle's proposal.

        A random proposal depends on the index and on the configurations told or asked before only to avoid them.
        """
        values = self.default if index == 0 else self._propose(index)
        self._note(index, values, "RUNNING", None)
        return values

    def tell(self, index: int, values: dict[str, Any], score: float | None) -> None:
        """Reports a trial's validation score; None, NaN and infinity count as failed, never as a score.

        Raises ValueError for a configuration that is not one of the space: a name that was renamed, or a value outside.
        """
        strange = self.misfits(values)
        if strange:
            raise ValueError(f"trial {index} has a configuration of another space: {', '.join(strange)}")
        valid = score is not None and math.isfinite(score)
        self._note(index, values, "COMPLETED" if valid else "FAILED", score if valid else None)

    def misfits(self, values: Mapping[str, Any]) -> list[str]:
        """Names in which a configuration is not one of the space; see `suite.search.spaces.misfits`."""
        return misfits(self.space, values)

    def _propose(self, index: int) -> dict[str, Any]:
        self.oracle.number = index
        self.oracle._random_state = np.random.RandomState(derive_seed(self.oracle.seed, index))
        with warnings.catch_warnings(), threadpool_limits(1):  # the matrices are tiny: threads would only wait
            warnings.simplefilter("ignore", ConvergenceWarning)  # of the length scale: the proposal stays usable
            values = self.oracle.populate_space(f"{index}")["values"]
        return self.oracle._random_values() if self.oracle._duplicate(values) else values

    def _note(self, index: int, values: dict[str, Any], status: str, score: float | None) -> None:
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
