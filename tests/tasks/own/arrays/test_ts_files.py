"""Ts files of the UEA and UCR archives become tasks; the line of a fault is named."""

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.own import task_from_arrays
from suite.tasks.own.arrays.ts_files import read_ts
from suite.tasks.task import TASKS

HEAD = "# a comment\n@problemName Own\n@timeStamps false\n@univariate false\n@classLabel true up down\n@data\n"


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    return str(caught.value)


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "own.ts"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def rows(count: int, seed: int = 0, unequal: bool = False) -> str:
    rng = np.random.default_rng(seed)
    return "".join(
        f"{','.join(map(str, x[0]))}:{','.join(map(str, x[1]))}:{'up' if n % 2 else 'down'}\n"
        for n, x in ((n, rng.normal(size=(2, 4 + (n % 3 if unequal else 0))).round(2)) for n in range(count))
    )


def test_dimensions_are_features_and_a_given_test_split_is_the_only_one(written):
    train, test = written(HEAD + rows(20), "OWN_TRAIN.ts"), written(HEAD + rows(8, 1), "OWN_TEST.ts")
    data = task_from_arrays("own", train, x_test=str(test)).load(1)
    assert data.test[0].shape == (8, 4, 2)
    assert data.preparation["classes"].tolist() == ["down", "up"]


def test_unequal_lengths_are_padded(written):
    data = task_from_arrays("own", written(HEAD + rows(20, unequal=True))).load(1)
    assert set(data.lengths["train"]) == {4, 5, 6}


def test_missing_values_and_targets(written):
    series, y = read_ts(written("@targetLabel true\n@data\n1,?,3:0.5\n2,NaN,4:1.5\n"))
    np.testing.assert_array_equal(series, [[[1], [np.nan], [3]], [[2], [np.nan], [4]]])
    assert y.tolist() == [0.5, 1.5]


def test_without_labels_y_is_needed(written):
    path = written("@classLabel false\n@data\n1,2,3\n")
    assert read_ts(path)[1] is None
    assert "y is missing" in refusal(lambda: task_from_arrays("own", path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "1,2:3:up\n", "line 7: dimension 2 has 1 values, but dimension 1 has 2"),
        (HEAD + "1,secret:3,4:up\n", "line 7 has a value that is no number"),
        (HEAD + "1,2:3,4:\n", "line 7 has no class or target"),
        ("@timeStamps true\n@data\n(0,1):a\n", "line 1: series with time stamps cannot be read"),
        ("@data\n", "has no series"),
    ],
)
def test_the_line_of_a_fault_is_named_but_no_value(written, text, said):
    found = refusal(lambda: read_ts(written(text)))
    assert said in found
    assert "secret" not in found


def test_other_files_are_refused():
    assert "only .ts files can be read" in refusal(lambda: task_from_arrays("own", "x.npy", [0, 1]))
