"""TPE search: propose configurations with Optuna's tree-structured Parzen estimator (Bergstra et al. 2011)."""

from typing import Any

from suite.search.methods import method


@method("tpe", note="Proposals depend on the order in which trials ended.", adaptive=True, package="optuna")
def tpe(trials: int, **options: Any) -> Any:
    """Draw a third of the trials, but at least four, at random; then sample where good trials are dense."""
    from suite.search.samplers import TPEOracle

    return TPEOracle(num_initial_points=max(4, trials // 3), **options)
