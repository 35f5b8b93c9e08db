"""Fixtures of the tests of analyses: invented studies whose truth is known."""

import numpy as np
import pytest


@pytest.fixture
def trials(tmp_path, records):
    """Return a function that turns skills by cell into results; see `records.trials`."""
    return lambda skills, **changes: records.trials(tmp_path / "quick", skills, **changes)


@pytest.fixture
def around():
    """Return a function that draws skills around a mean, the same for the same seed."""

    def draw(mean: float, sd: float = 0.02, count: int = 24, seed: int = 0) -> list[float | None]:
        drawn = np.random.default_rng([seed, round(1000 * abs(mean))]).normal(size=count)
        return list(mean + sd * (drawn - drawn.mean()) / drawn.std())

    return draw
