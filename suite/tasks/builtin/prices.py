"""Prices: control tasks on generated returns whose predictability is known; they are left out of every aggregate."""

from collections.abc import Callable
from functools import partial

import numpy as np

from suite.tasks.data import Data
from suite.tasks.datasets.windows import cut_by_time
from suite.tasks.task import task

WINDOW = 20
AUTOREGRESSION = 0.35
LAG = 20
LAGGED, FRESH = 0.6, 0.8
BASE, SHOCK, PERSISTENCE = 0.05, 0.08, 0.87  # of GARCH(1,1): long-run variance = BASE / (1 - SHOCK - PERSISTENCE)
BURN_IN = 200
control = partial(
    task,
    family="controls",
    kind="regression",
    metric="mse",
    baseline="zero",
    trained_baseline="lags",
    licence="none (generated)",
    tags=("series",),
)


@control("prices-random-walk", ceiling=1.0)
def prices_random_walk(seed: int, examples: int = 3_000) -> Data:
    """Twenty independent normal returns: what is the next one? Generated; a suite that finds a pattern is broken.

    Best possible squared error: 1, that of a zero return.
    """
    return _windows(seed, examples, lambda noise: noise)


@control("prices-ar1", title="AR(1) prices", ceiling=1.0)
def prices_ar1(seed: int, examples: int = 3_000) -> Data:
    """Twenty returns, each 0.35 times the one before plus normal noise: what is the next one? Generated.

    Best possible squared error: 1, that of the noise; a zero return has 1.14.
    """
    return _windows(seed, examples, _autoregressive)


@control("prices-lagged", ceiling=FRESH**2)
def prices_lagged(seed: int, examples: int = 3_000) -> Data:
    """Twenty returns, each 0.6 times the sign of the one 20 days before plus 0.8 times normal noise: the next one?

    Generated. Best possible squared error: 0.64, that of the noise; a zero return has 1.
    """
    return _windows(seed, examples, _lagged)


@control("prices-garch", title="GARCH prices", ceiling=1.0)
def prices_garch(seed: int, examples: int = 3_000) -> Data:
    """Twenty returns from GARCH(1,1), whose volatility is predictable and whose sign is not: what is the next one?

    Generated (Bollerslev 1986). Best possible squared error: 1 on average, that of a zero return.
    """
    return _windows(seed, examples, _heteroscedastic)


def _windows(seed: int, examples: int, process: Callable[[np.ndarray], np.ndarray]) -> Data:
    """Return windows of the returns that `process` computes from standard normal noise, cut 60/20/20 by time.

    Each split has WINDOW steps more than examples, because its first example needs a whole window of its own.
    """
    sizes = (examples, max(1, examples // 3), max(1, examples // 3))
    bounds = np.cumsum([0, *(size + WINDOW for size in sizes)])
    noise = np.random.default_rng(seed).standard_normal(BURN_IN + bounds[-1])
    returns = process(noise)[BURN_IN:]
    return cut_by_time(np.arange(len(returns)), returns[:, None, None], window=WINDOW, bounds=bounds)


def _autoregressive(noise: np.ndarray) -> np.ndarray:
    returns = noise.copy()
    for day in range(1, len(noise)):
        returns[day] += AUTOREGRESSION * returns[day - 1]
    return returns


def _lagged(noise: np.ndarray) -> np.ndarray:
    returns = FRESH * noise
    for day in range(LAG, len(noise)):
        returns[day] += LAGGED * np.sign(returns[day - LAG])
    return returns


def _heteroscedastic(noise: np.ndarray) -> np.ndarray:
    returns, variance = np.zeros_like(noise), BASE / (1 - SHOCK - PERSISTENCE)
    for day, shock in enumerate(noise):
        returns[day] = np.sqrt(variance) * shock
        variance = BASE + SHOCK * returns[day] ** 2 + PERSISTENCE * variance
    return returns
