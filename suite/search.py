"""Search: Keras Tuner's oracles as ask / tell; trial 0 is the default configuration.

The oracles are used for what they draw and model, and not for their bookkeeping: their stock trials treat seed 0 as
"no seed", count infinite scores as valid, give up after three failures in a row, return failed trials as the best, and
fill in names that a configuration lacks.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from suite.asked import Outline
from suite.errors import RequestError
from suite.experiment import Cell, Experiment, derive_seed
from suite.model import SHARED, shared_space, space
from suite.spaces import check_names, completed, misfits, narrowed
from suite.task_data import Signature

REDRAWS = 200
ALMOST_1 = 1 - 1e-12


class NamedDraws:
    """Draws every hyperparameter from a seed made of its name and the trial's number.

    So random configurations do not depend on what was asked before, except to avoid it, and a hyperparameter shared by
    two architectures takes the same values in both, however many others they have. In a space that has nothing new left
    a configuration comes again.
    """

    number = 0

    def _random_values(self) -> dict[str, Any]:
        for redraw in range(REDRAWS):
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
    """A Gaussian process with an upper confidence bound, after a number of independent draws.

    Its proposals depend on the scores known when it is asked, and so on the order in which trials ended.
    """


class TPEOracle(NamedDraws, keras_tuner.Oracle):
    """Optuna's tree-structured Parzen estimator (Bergstra et al. 2011), after a number of independent draws.

    Its proposals depend on the scores known when it is asked, and so on the order in which trials ended; trials that
    are still running count as bad ones nearby, so that they are not proposed again.
    """

    def __init__(self, num_initial_points: int, **options: Any):
        super().__init__(**options)
        self.num_initial_points = num_initial_points

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """{"status": "RUNNING", "values"} of the next configuration."""
        known = [trial for trial in self.trials.values() if trial.status == "COMPLETED"]
        values = self._random_values() if len(known) < self.num_initial_points else self._propose(trial_id)
        return {"status": "RUNNING", "values": values}

    def _propose(self, trial_id: str) -> dict[str, Any]:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(
                seed=derive_seed(self.seed, trial_id), n_startup_trials=0, constant_liar=True
            ),
            direction="maximize" if self.objective.direction == "max" else "minimize",
        )
        for trial in self.trials.values():
            if trial.status != "FAILED":
                study.add_trial(self._frozen(trial))
        asked = study.ask()
        proposed = keras_tuner.HyperParameters()
        for one in self.hyperparameters.space:
            proposed.merge([one])
            if proposed.is_active(one):
                proposed.values[one.name] = self._suggested(asked, one)
        return proposed.values

    def _suggested(self, asked: Any, one: Any) -> Any:
        if isinstance(one, Numerical):
            return one.prob_to_value(min(asked.suggest_float(one.name, 0.0, 1.0), ALMOST_1))
        return asked.suggest_categorical(one.name, list(one.values))

    def _frozen(self, trial: Trial) -> Any:
        import optuna

        params, distributions = {}, {}
        for one in self.hyperparameters.space:
            if one.name not in trial.hyperparameters.values:
                continue
            value = trial.hyperparameters.values[one.name]
            if isinstance(one, Numerical):
                params[one.name] = min(max(one.value_to_prob(value), 0.0), 1.0)
                distributions[one.name] = optuna.distributions.FloatDistribution(0.0, 1.0)
            else:
                params[one.name] = value
                distributions[one.name] = optuna.distributions.CategoricalDistribution(list(one.values))
        state = optuna.trial.TrialState[{"COMPLETED": "COMPLETE"}.get(trial.status, trial.status)]
        return optuna.trial.create_trial(state=state, value=trial.score, params=params, distributions=distributions)


ADAPTIVE = {"bayesian": BayesianOracle, "tpe": TPEOracle}


class Search:
    """The search of one cell: `ask` for the configuration of a trial, `tell` what came of it.

    Raises RequestError for values of `search_space` outside the architecture's space.
    """

    def __init__(self, experiment: Experiment, cell: Cell, signature: Signature):
        whole = space(cell.architecture, signature, experiment.match == "units")
        self.space = narrowed(whole, experiment.search_space, cell.architecture.name)
        self.default = dict(self.space.values)
        options = {
            "objective": keras_tuner.Objective("score", "max" if cell.task.direction == "higher" else "min"),
            "hyperparameters": self.space.copy(),
            "seed": derive_seed(cell.task.name, "search", experiment.search_seed),
        }
        if experiment.search in ADAPTIVE:
            first = max(4, experiment.trials // 3)
            self.oracle = ADAPTIVE[experiment.search](num_initial_points=first, **options)
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
        """Names in which a configuration is not one of the space; see `suite.spaces.misfits`."""
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


def outlines(
    experiment: Experiment, cells: Sequence[Cell], signature: Signature, way: str = "together"
) -> dict[str, Outline]:
    """Cell's name -> its outline, for cells of one task, executed on a worker; `way` as in `suite.train.outline`.

    Raises RequestError for values in `search_space` or `hyperparameters` that no space has and, where all cells are
    together, for names. An architecture that cannot be built, or is not, has a space of what all share, so that its
    runs fail and their records say why.
    """
    searches, broken = {}, {cell.name for cell in cells if way == "unbuilt"}
    for cell in cells if way != "unbuilt" else ():
        try:
            searches[cell.name] = Search(experiment, cell, signature)
        except RequestError:
            raise
        except Exception:  # a stranger's architecture may raise anything; its runs do it again and keep the message
            broken.add(cell.name)
    if way == "together":
        known = {*SHARED, "units"}.union(*(search.default for search in searches.values()))
        check_names("search_space", experiment.search_space, known)
        for cell in (cell for cell in cells if cell.name in searches):
            check_names("hyperparameters", experiment.configuration(cell) or (), known)
    found = {cell.name: _outline(experiment, cell, searches[cell.name]) for cell in cells if cell.name in searches}
    shared = shared_defaults(signature)
    return found | {name: Outline(shared, [shared] * experiment.trials, None) for name in broken}


def shared_defaults(signature: Signature) -> dict[str, Any]:
    """The defaults of the hyperparameters that all architectures share."""
    hp = keras_tuner.HyperParameters()
    return dict(shared_space(hp, signature))


def _outline(experiment: Experiment, cell: Cell, search: Search) -> Outline:
    given = experiment.configuration(cell)
    if given is not None:
        return Outline(search.default, [], completed(search.space, given, cell.architecture.name))
    asked = 0 if experiment.search in ADAPTIVE else experiment.trials
    return Outline(search.default, [search.ask(index) for index in range(asked)], None)
