"""Search: Keras Tuner's oracles as ask / tell; trial 0 is the default configuration.

The oracles are used for what they draw and model, and not for their bookkeeping: their stock trials treat seed 0 as
"no seed", count infinite scores as valid, and give up after three failures in a row.
"""

import math
import warnings
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from suite.experiment import Cell, Experiment, derive_seed
from suite.model import space
from suite.task import Signature


class NamedDraws:
    """Draws every hyperparameter from a seed made of its name and the trial's number.

    So random configurations do not depend on what was asked before, and a hyperparameter shared by two architectures
    takes the same values in both, however many others they have.
    """

    number = 0

    def _random_values(self) -> dict[str, Any]:
        for redraw in range(self._max_collisions):
            drawn = keras_tuner.HyperParameters()
            for hyperparameter in self.hyperparameters.space:
                drawn.merge([hyperparameter])
                if drawn.is_active(hyperparameter):
                    seed = derive_seed(self.seed, self.number, redraw, hyperparameter.name)
                    drawn.values[hyperparameter.name] = hyperparameter.random_sample(seed)
            if not self._duplicate(drawn.values):
                break
        return drawn.values


class RandomOracle(NamedDraws, keras_tuner.oracles.RandomSearchOracle):
    """Independent draws."""


class BayesianOracle(NamedDraws, keras_tuner.oracles.BayesianOptimizationOracle):
    """A Gaussian process with an upper confidence bound, after a number of independent draws."""


class Search:
    """The search of one cell: `ask` for the configuration of a trial, `tell` what came of it."""

    def __init__(self, experiment: Experiment, cell: Cell, signature: Signature):
        hp = space(cell.architecture, signature)
        self.default = dict(hp.values)
        options = {
            "objective": keras_tuner.Objective("score", "max" if cell.task.direction == "higher" else "min"),
            "hyperparameters": hp,
            "seed": derive_seed(cell.task.name, "search", experiment.search_seed),
        }
        if experiment.search == "bayesian":
            self.oracle = BayesianOracle(num_initial_points=max(4, experiment.trials // 3), **options)
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
        """Reports a trial's validation score; None, NaN and infinity count as failed, never as a score."""
        valid = score is not None and math.isfinite(score)
        self._note(index, values, "COMPLETED" if valid else "FAILED", score if valid else None)

    def _propose(self, index: int) -> dict[str, Any]:
        self.oracle.number = index
        self.oracle._random_state = np.random.RandomState(derive_seed(self.oracle.seed, index))
        with warnings.catch_warnings(), threadpool_limits(1):  # the matrices are tiny: threads would only wait
            warnings.simplefilter("ignore", ConvergenceWarning)  # of the length scale: the proposal stays usable
            values = self.oracle.populate_space(f"{index}")["values"]
        return self.oracle._random_values() if self.oracle._duplicate(values) else values

    def _note(self, index: int, values: dict[str, Any], status: str, score: float | None) -> None:
        hp = self.oracle.get_space()
        hp.values = {name: value for name, value in values.items() if name in self.default}
        trial = Trial(hyperparameters=hp, trial_id=f"{index}", status=status)
        trial.score = score
        self.oracle.trials[trial.trial_id] = trial
        self.oracle._record_values(trial)
        if status == "RUNNING":
            self.oracle.ongoing_trials[trial.trial_id] = trial
        else:
            self.oracle.ongoing_trials.pop(trial.trial_id, None)
