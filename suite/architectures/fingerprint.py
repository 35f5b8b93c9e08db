"""Fingerprint: what an architecture computes; it tells which records were made before its code changed.

It depends on what the code does, not on how it is written: another activation or constant changes it, wherever it is;
another comment or the name of a variable does not.
"""

import functools
import hashlib
from typing import Any

import keras
import numpy as np

from suite.architectures.architecture import Architecture
from suite.architectures.compiled import structure
from suite.architectures.model import fresh, space
from suite.architectures.probe import answers, gradient_norms
from suite.files.strict_json import finite
from suite.tasks.data import Signature

LENGTH, FEATURES, UNITS = 10, 3, 4
LAST = 6  # answers that are compared; those at the last steps depend on all steps before
DECIMALS = 5


@functools.lru_cache(maxsize=64)
def fingerprint(architecture: Architecture, per_step: bool) -> dict[str, Any]:
    """Return the fingerprint of an architecture for tasks with one target, or with one at every step.

    `structure`: a checksum of the layers at the default configuration. `answers`: what a fresh model with a fixed seed
    returns for a fixed input. `gradients`: the norm of a fixed loss's gradient for each weight, in training. All
    numbers are rounded to `DECIMALS`, and None if they are not finite, as in a file. `policy`: the float policy.
    """
    signature = Signature(LENGTH, FEATURES, None, 2, True, "regression", per_step)
    values = space(architecture, signature).values | {"units": UNITS}
    model = fresh(architecture, signature, values, seed=1)
    norms = [norm for norm in gradient_norms(model).values() if norm is not None]
    return {
        "structure": _structure(model),
        "answers": _rounded(answers(model)[:, -LAST:]),
        "gradients": _rounded(np.array(norms)),
        "policy": keras.config.dtype_policy().name,
    }


@functools.lru_cache(maxsize=64)
def unreached(architecture: Architecture, per_step: bool) -> list[str]:
    """Return the names of the trainable weights that no gradient reaches."""
    signature = Signature(LENGTH, FEATURES, None, 2, True, "regression", per_step)
    model = fresh(architecture, signature, space(architecture, signature).values | {"units": UNITS}, seed=1)
    return [name for name, norm in gradient_norms(model).items() if norm is None]


def _structure(model: keras.Model) -> str:
    """Return a checksum of the layers' configurations, or of their classes if some layer has no configuration."""
    try:
        text = structure(model)
    except (NotImplementedError, TypeError, ValueError):
        text = " ".join(f"{type(layer).__name__}{[tuple(w.shape) for w in layer.weights]}" for layer in model.layers)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _rounded(values: np.ndarray) -> list[float | None]:
    return finite([round(float(value), DECIMALS) + 0.0 for value in np.ravel(values)])
