"""Array reader: reads x of a file of NumPy as the arrays of the training were read."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from suite.errors import RequestError, closest
from suite.files.reading import read_arrays
from suite.tasks.data import Preparation
from suite.tasks.datasets.scaling import apply, whole
from suite.tasks.own.arrays.faults import MISSING
from suite.tasks.own.arrays.inputs import Asked, read_inputs
from suite.tasks.own.readers import Raw


@dataclass(frozen=True)
class ArrayReader:
    """Reads x from a `.npy` file, or `x` and `lengths` from a `.npz` file.

    `layout`: "channels-first" if x is (examples, features, time), else "". `whole_numbers`: "tokens" or "values" if the
    type of x does not say which they are. `absent`: numbers that mean "missing", as text.
    """

    kind: ClassVar[str] = "arrays"
    needs: ClassVar[tuple[str, ...]] = ()
    layout: str = ""
    whole_numbers: str = ""
    absent: tuple[str, ...] = ()

    def read(self, path: Path) -> Raw:
        """Read x and the number of valid steps of every example (None if the file has no `lengths`).

        Each example's origin is its number, counted from 0. An example with a missing value, or without a valid step,
        is a fault of its own.
        """
        arrays = read_arrays(path)
        if "x" not in arrays:
            raise RequestError(f"'{path}' contains no array 'x': {closest('x', arrays)}")
        integers = arrays["x"].ndim == 2 and np.issubdtype(arrays["x"].dtype, np.integer)
        tokens = self.whole_numbers == "tokens" if self.whole_numbers else integers
        asked = Asked(layout=self.layout or None, tokens=tokens, absent=tuple(map(float, self.absent)))
        lengths = arrays.get("lengths")
        empty = np.zeros(len(arrays["x"]), bool) if lengths is None else lengths == 0
        if lengths is not None and empty.any():
            lengths = np.where(empty, 1, lengths)
        found = read_inputs(f"'{path}'", "x", arrays["x"], lengths, asked)
        lacking = found.faults.reshape(len(found.x), -1).any(axis=1)
        if (lacking | empty).all():
            raise RequestError(f"'{path}': x {MISSING} in every example: fill some in")
        x = np.where(lacking.reshape(-1, *(1,) * (found.x.ndim - 1)), found.x[np.argmin(lacking)], found.x)
        why = {int(example): f"x {MISSING}" for example in np.flatnonzero(lacking)}
        why |= {int(example): "it has no valid step" for example in np.flatnonzero(empty)}
        faults = {example: f"'{path}', example {example}: {why[example]}" for example in sorted(why)}
        return Raw((x, found.lengths), {"example": list(range(len(x)))}, faults=faults)

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray | None]:
        """Scale floats by the fitted scale; leave tokens unchanged, and floats if no scale fits their features."""
        x, lengths = raw.examples
        if x.ndim == 3 and self.shape(fitted)[1] == x.shape[2]:
            x = apply(x, whole(x) if lengths is None else lengths, fitted)
        return x, lengths

    def shape(self, fitted: Preparation) -> tuple[None, int | None]:
        """Return (None, number of features), taken from the fitted scale; (None, None) without a scale."""
        return None, len(fitted["mean"]) if "mean" in fitted else None
