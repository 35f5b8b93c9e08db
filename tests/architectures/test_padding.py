"""Padding on the left and on the right: built-in architectures answer alike at the valid steps of tokens."""

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.tasks.data import Signature

pytestmark = pytest.mark.training

CASES = [(name, per_step) for name in ARCHITECTURES.names() for per_step in (False, True)
         if not ARCHITECTURES.get(name).does_not_apply(per_step)]  # fmt: skip


@pytest.mark.parametrize(("name", "per_step"), CASES)
def test_the_side_of_padding_changes_nothing(name, per_step):
    backend.start(1)
    from suite.architectures.model import fresh, space

    architecture, signature = ARCHITECTURES.get(name), Signature(12, None, 9, 2, True, "regression", per_step)
    network = fresh(architecture, signature, space(architecture, signature).values | {"units": 6}, seed=1)
    tokens = np.random.default_rng(1).integers(1, 9, (3, 7)).astype("int32")
    right, left = (np.pad(tokens, ((0, 0), sides)) for sides in ((0, 5), (5, 0)))
    one, other = (np.array(network(x)) for x in (right, left))
    if per_step:
        one, other = one[:, :7], other[:, 5:]
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
