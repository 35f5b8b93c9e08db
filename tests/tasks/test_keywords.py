"""An unknown or missing keyword of a public call is one line that names the call and the closest keyword."""

import numpy as np
import pytest

from suite import Data, series_from_csv, sounds_from_folder, task, task_from_arrays, texts_from_csv
from suite.errors import RequestError

PAIR = np.zeros((4, 2, 1)), np.zeros(4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: task("a", family="f", kind="regression", metric="mse", baseline="mean", licens="x"),
            "task takes no 'licens': did you mean 'licence'?",
        ),
        (
            lambda: task("a", family="f", kind="regression", metric="mse", baseline="mean", length=3),
            "task takes no 'length': did you mean 'lengths'?",
        ),
        (
            lambda: task("a", family="f", kind="regression", metric="mse"),
            "task: missing a required argument: 'baseline'",
        ),
        (lambda: Data(train=PAIR, validation=PAIR, tests=PAIR), "Data takes no 'tests': did you mean 'test'?"),
        (lambda: task_from_arrays("a", *PAIR, group=[1]), "task_from_arrays takes no 'group': did you mean 'groups'?"),
        (
            lambda: task_from_arrays("a", *PAIR, licens=""),
            "task_from_arrays takes no 'licens': did you mean 'licence'?",
        ),
        (
            lambda: series_from_csv("a", "f", target="t", windw=3),
            "series_from_csv takes no 'windw': did you mean 'window'?",
        ),
        (lambda: texts_from_csv("a", "f", txt="t", label="l"), "texts_from_csv takes no 'txt': did you mean 'text'?"),
        (
            lambda: sounds_from_folder("a", "f", second=1),
            "sounds_from_folder takes no 'second': did you mean 'seconds'?",
        ),
        (
            lambda: texts_from_csv("a", "f", label="l", xxxxx=""),
            "texts_from_csv takes no 'xxxxx': available: absent, baseline,",
        ),
    ],
)
def test_a_wrong_keyword_suggests_the_closest_name(call, message):
    with pytest.raises(RequestError) as refused:
        call()
    assert str(refused.value).startswith(message)
    assert "__init__" not in str(refused.value)
