"""Seasonal naive: the value one season before the target (Hyndman and Athanasopoulos 2021, section 5.2)."""

import numpy as np

from suite.errors import RequestError
from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import REGRESSION
from suite.tasks.trained_baselines.registry import trained_baseline


def needs_season(task: Declared) -> str:
    """Return why a task cannot have it, or ""."""
    return "" if task.season else "needs the number of steps of a season: say season=, such as 24 for hours of a day"


@trained_baseline(
    "seasonal-naive",
    words="the value one season ago",
    kinds=(REGRESSION,),
    reads=("floats",),
    per_step=False,
    why_not=needs_season,
)
def seasonal_naive(task: Declared, data: Data) -> Predictor:
    """Predict the latest known value of the first feature at the target's place in the season, in its original unit.

    Raise RequestError if an input may be shorter than the season, or if the targets are changes over several steps.
    """
    season, horizons = task.season or 1, _horizons(task, data)
    where = f"task '{task.name}': trained_baseline 'seasonal-naive'"
    shortest = min(int(data.steps(split).min()) for split in ("train", "validation", "test"))
    if shortest < season:
        raise RequestError(f"{where}: an input has {shortest} steps, fewer than a season of {season}")
    if data.preparation.get("reader_ask") == "change" and horizons != [1]:
        raise RequestError(f"{where} predicts changes over one row only, not over several")
    back = np.array([season * -(-horizon // season) - horizon for horizon in horizons])  # steps before the last one
    mean, scale = data.scale_of_target
    shape = data.target_shape(task)

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        own = x[..., 0] * scale + mean
        return own[np.arange(len(x))[:, None], steps[:, None] - 1 - back].reshape(len(x), *shape)

    return predict


def _horizons(task: Declared, data: Data) -> list[int]:
    """Return how many steps after the input each output lies: those of the reader, else 1, 2, ..."""
    outputs = sum(data.target_shape(task)) or 1
    known = data.preparation.get("reader_horizons", data.preparation.get("reader_horizon"))
    found = [int(one) for one in np.ravel(known)] if known is not None else list(range(1, outputs + 1))
    return found if len(found) == outputs else list(range(1, outputs + 1))
