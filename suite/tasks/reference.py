"""Reference: scores from elsewhere that are shown beside the runs, and that no verdict is about."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from suite.errors import RequestError, is_number
from suite.tasks.baselines import scores_of
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import CLASSIFICATION, KINDS

FORM = 'a score and its source, such as reference=(0.981, "Kuster 2009")'


def published(given: Sequence[Any]) -> tuple[Any, ...]:
    """Return the pairs (score, source) in `given`, which is such a pair or contains any number of them."""
    return (given,) if len(given) == 2 and is_number(given[0]) else tuple(given)


def check_reference(given: Any, where: str) -> None:
    """Raise RequestError unless `given` is a published score and the words for its source, or several such pairs."""
    for one in published(given) if isinstance(given, tuple | list) and given else [given]:
        pair = isinstance(one, tuple | list) and len(one) == 2
        if not pair or not is_number(one[0]) or not isinstance(one[1], str):
            raise RequestError(f"{where}: reference={given!r:.60} must be {FORM}, or several such pairs")
        if not one[1].strip():
            raise RequestError(f"{where}: reference= names no source: it must be {FORM}")


def check_predictions(entry: Declared, data: Data, where: str) -> None:
    """Raise ValueError, which names the fault, unless `data.reference` has finite predictions for all test targets."""
    if not data.reference:
        return
    target, outputs = data.test[1], data.signature(entry).outputs
    shape = (*target.shape, outputs) if entry.kind == CLASSIFICATION else target.shape
    what = "probabilities" if KINDS[entry.kind].probabilities else "values"
    for name, given in data.reference.items():
        found = np.asarray(given)
        if found.shape != shape or not np.issubdtype(found.dtype, np.number) or not np.isfinite(found).all():
            raise ValueError(
                f"{where}: reference[{name!r:.40}] has shape {found.shape}; it must be finite {what} for the test "
                f"targets, of shape {shape}"
            )


def reference_scores(task: Declared, data: Data) -> dict[str, dict[str, dict[str, float]]]:
    """Return name -> {"test": all metrics} of the predictions that the data bring along."""
    return {name: {"test": scores_of(task, data, np.asarray(own), "test")} for name, own in data.reference.items()}
