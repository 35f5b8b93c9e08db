"""Bayesian search: propose configurations with Keras Tuner's Gaussian process."""

from typing import Any

from suite.search.methods import method


@method("bayesian", note="Proposals depend on the order in which trials ended.", adaptive=True)
def bayesian(trials: int, **options: Any) -> Any:
    """Draw a third of the trials, but at least four, at random; then maximise an upper confidence bound."""
    from suite.search.samplers import BayesianOracle

    return BayesianOracle(num_initial_points=max(4, trials // 3), **options)
