"""Random search: draw every configuration independently."""

from typing import Any

from suite.search.methods import method


@method("random", note="Independent draws: the same configurations whatever was interrupted.")
def random(trials: int, **options: Any) -> Any:
    """Draw every trial at random."""
    from suite.search.samplers import IndependentOracle

    return IndependentOracle(**options)
