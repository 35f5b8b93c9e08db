"""Samplers: Keras Tuner's oracles with draws that depend on names and numbers alone."""

from typing import Any

import keras_tuner
from keras_tuner.engine.trial import Trial
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical

from suite.seeds import derive_seed

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
