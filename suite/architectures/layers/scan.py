"""Scan: linear recurrences over time, computed for all steps in parallel."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from suite.architectures.masking import exact_dtype

Product = Callable[[Any, Any], Any]


class Scan(keras.layers.Layer):
    """A layer whose states follow s[t] = a[t] s[t - 1] + b[t], where a and b depend on the inputs, not on the states.

    Input (batch, time, features), output all states (batch, time, states). A subclass returns a and b from `terms`, and
    may replace `product`. A padded step adds nothing; the states after the last valid step have no meaning. Single
    precision is used throughout, because half precision has no room for an a near 1.
    """

    def __init__(self, **options: Any):
        super().__init__(**{"dtype": exact_dtype()} | options)
        self.supports_masking = True

    def terms(self, inputs: Any) -> tuple[Any, Any]:
        """Return a (batch or 1, time, states) and b (batch, time, states)."""
        raise NotImplementedError

    @staticmethod
    def product(one: Any, other: Any) -> Any:
        """Return the product of decays and states, element by element."""
        return one * other

    def call(self, inputs: Any, mask: Any = None, noise: Any = None) -> Any:
        """Return the states; `noise` (batch, time, states) is added to each of them before the next one follows."""
        decay, added = self.terms(inputs)
        added = added if noise is None else added + noise
        if mask is not None:
            added = ops.where(mask[..., None], added, 0.0)
        return scan(decay, added, self.product)


def scan(decay: Any, added: Any, product: Product = ops.multiply) -> Any:
    """Return all states of s[t] = decay[t] s[t - 1] + added[t], where s[-1] = 0, shape (batch, time, states).

    Steps are joined in pairs, whose recurrence has half as many steps (Blelloch 1990), so that the depth of the
    computation is 2 log2(time). `keras.ops.associative_scan` does the same, but its graph of TensorFlow does not
    compile with XLA. `product` multiplies two tensors of decays or states.
    """
    length = added.shape[1]
    if length == 1:
        return added
    first_decay, second_decay = _pairs(decay)
    first, second = _pairs(added)
    ends = scan(product(second_decay, first_decay), product(second_decay, first) + second, product)
    before = ops.pad(ends[:, :-1], ((0, 0), (1, 0), (0, 0)))
    states = ops.stack([product(first_decay, before) + first, ends], axis=2)
    return ops.reshape(states, (-1, 2 * ends.shape[1], states.shape[3]))[:, :length]


def _pairs(x: Any) -> list[Any]:
    """Return the first and the second step of each pair of steps; x (batch, time, states) ends with zeros if needed."""
    length, states = x.shape[1:]
    if length % 2:
        x = ops.pad(x, ((0, 0), (0, 1), (0, 0)))
    return ops.unstack(ops.reshape(x, (-1, (length + 1) // 2, 2, states)), axis=2)
