"""Samplers: Keras Tuner oracles whose random draws depend only on hyperparameter names and trial numbers."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import keras_tuner
from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.engine.trial import Trial
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from suite.seeds import derive_seed

REDRAWS = 200
ALMOST_1 = 1 - 1e-12


class NamedDraws(keras_tuner.Oracle):
    """Draws every hyperparameter with a seed derived from its name and the trial's number.

    So a hyperparameter that two architectures share takes the same values in both, whatever other hyperparameters they
    have. A random configuration depends on earlier ones only to avoid repeating them. If the space has no new
    configuration left, an earlier one is repeated.
    """

    number = 0
    by_model = False  # whether a model of the scores made the last proposal

    def _random_values(self) -> dict[str, Any]:
        for redraw in range(REDRAWS):
            values = self._drawn(redraw)
            if not self._duplicate(values):
                break
        return values

    def _drawn(self, redraw: int = 0) -> dict[str, Any]:
        """Return a random configuration, whatever was drawn before."""
        drawn = keras_tuner.HyperParameters()
        for hyperparameter in self.hyperparameters.space:
            drawn.merge([hyperparameter])
            if drawn.is_active(hyperparameter):
                seed = derive_seed(self.seed, self.number, redraw, hyperparameter.name)
                drawn.values[hyperparameter.name] = hyperparameter.random_sample(seed)
        return drawn.values


class Modelling(NamedDraws):
    """Proposes from a model of the scores known so far, once `num_initial_points` trials have ended.

    A failed trial counts as ended. To the model, its score is as much worse than the worst one known as that is worse
    than the best, so that what fails is avoided. While every trial fails, there is nothing to model.
    """

    num_initial_points: int

    @property
    def by_model(self) -> bool:
        """Whether the next proposal comes from the model."""
        ended = [trial.status for trial in self.trials.values() if trial.status in ("COMPLETED", "FAILED")]
        return "COMPLETED" in ended and len(ended) >= self.num_initial_points

    @contextmanager
    def failures_scored(self) -> Generator[None]:
        """Let failed trials have a score inside the context."""
        failed = [trial for trial in self.trials.values() if trial.status == "FAILED"]
        scores = [trial.score for trial in self.trials.values() if trial.status == "COMPLETED"]
        worst, best, sign = (min, max, -1) if self.objective.direction == "max" else (max, min, 1)
        for trial in failed:
            gap = worst(scores) - best(scores) or sign * (abs(worst(scores)) or 1.0)
            trial.status, trial.score = "COMPLETED", worst(scores) + gap
        try:
            yield
        finally:
            for trial in failed:
                trial.status, trial.score = "FAILED", None


class RandomOracle(NamedDraws, keras_tuner.oracles.RandomSearchOracle):
    """Draws a random configuration for every trial, and avoids those of earlier trials."""


class IndependentOracle(RandomOracle):
    """Draws every configuration independently of all others, so a finite space is drawn with replacement.

    What a search of n trials is worth is estimated from all trials as from a sample. A trial that avoids the
    configurations of earlier ones is no draw from the same distribution: it is more likely to be a rare configuration.
    """

    def _random_values(self) -> dict[str, Any]:
        return self._drawn()


class BayesianOracle(Modelling, keras_tuner.oracles.BayesianOptimizationOracle):
    """Maximises an upper confidence bound of a Gaussian process, after some independent draws.

    A proposal depends on the scores known at that time, and therefore on the order in which trials ended.
    """

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return {"status": ..., "values": configuration} for the next trial."""
        if not self.by_model:
            return self._random_populate_space()
        with (
            self.failures_scored(),
            warnings.catch_warnings(),
            threadpool_limits(1),
        ):  # the matrices are tiny, so more threads would only wait
            warnings.simplefilter("ignore", ConvergenceWarning)  # of the length scale; harmless for the proposal
            return super().populate_space(trial_id)


class TPEOracle(Modelling):
    """Uses Optuna's tree-structured Parzen estimator (Bergstra et al. 2011), after some independent draws.

    A proposal depends on the scores known at that time, and therefore on the order in which trials ended. A trial that
    is still running counts as a bad one (Optuna's constant liar), so that nothing similar is proposed.
    """

    def __init__(self, num_initial_points: int, **options: Any):
        super().__init__(**options)
        self.num_initial_points = num_initial_points

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return {"status": "RUNNING", "values": configuration} for the next trial."""
        if not self.by_model:
            return {"status": "RUNNING", "values": self._random_values()}
        with self.failures_scored():
            return {"status": "RUNNING", "values": self._propose(trial_id)}

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
            study.add_trial(self._frozen(trial))
        optuna_trial = study.ask()
        proposed = keras_tuner.HyperParameters()
        for hyperparameter in self.hyperparameters.space:
            proposed.merge([hyperparameter])
            if proposed.is_active(hyperparameter):
                proposed.values[hyperparameter.name] = suggested(optuna_trial, hyperparameter)
        return proposed.values

    def _frozen(self, trial: Trial) -> Any:
        """Return a Keras Tuner trial as an Optuna trial, with numbers as quantiles (0 to 1)."""
        import optuna

        params, distributions = {}, {}
        for hyperparameter in self.hyperparameters.space:
            name = hyperparameter.name
            if name not in trial.hyperparameters.values:
                continue
            value = trial.hyperparameters.values[name]
            if isinstance(hyperparameter, Numerical):
                params[name] = min(max(hyperparameter.value_to_prob(value), 0.0), 1.0)
                distributions[name] = optuna.distributions.FloatDistribution(0.0, 1.0)
            else:
                params[name] = value
                distributions[name] = optuna.distributions.CategoricalDistribution(list(hyperparameter.values))
        state = optuna.trial.TrialState[{"COMPLETED": "COMPLETE"}.get(trial.status, trial.status)]
        return optuna.trial.create_trial(state=state, value=trial.score, params=params, distributions=distributions)


def suggested(optuna_trial: Any, hyperparameter: HyperParameter) -> Any:
    """Return the value that an Optuna trial suggests for a hyperparameter; Optuna searches numbers as quantiles."""
    if isinstance(hyperparameter, Numerical):
        return hyperparameter.prob_to_value(min(optuna_trial.suggest_float(hyperparameter.name, 0.0, 1.0), ALMOST_1))
    return optuna_trial.suggest_categorical(hyperparameter.name, list(hyperparameter.values))
