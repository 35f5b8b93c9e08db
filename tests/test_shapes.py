"""What `suite list` can say of sizes and lengths without drawing any data."""

import pytest

from suite.shapes import UNKNOWN, remember, shape
from suite.task import TASKS
from suite.train import prepare


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sequence-suite" / "shapes"


def test_a_generator_declares_its_size_and_a_sweep_its_length():
    assert shape(TASKS.get("copy-10")) == ("2000", "T=10")


def test_real_data_are_unknown_until_they_were_prepared():
    task = TASKS.get("digits-sequential")
    assert shape(task) == (UNKNOWN, UNKNOWN)
    prepare(task, 1, None, None)
    assert shape(task) == ("1259", "64")


def test_a_preparation_of_another_size_is_not_remembered():
    prepare(TASKS.get("copy-10"), 1, 20, None)
    assert shape(TASKS.get("copy-10")) == ("2000", "T=10")
    prepare(TASKS.get("copy-10"), 1, None, None)
    assert shape(TASKS.get("copy-10")) == ("2000", "30")


@pytest.mark.parametrize("rest", ["", "[]", '{"place": "elsewhere.py:1", "examples": 1, "length": 1}'])
def test_a_damaged_memory_or_that_of_another_task_counts_for_nothing(empty_cache, rest):
    task = TASKS.get("digits-sequential")
    remember(task, task.load(1))
    (kept,) = empty_cache.iterdir()
    kept.write_text(rest)
    assert shape(task) == (UNKNOWN, UNKNOWN)


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(empty_cache):
    empty_cache.parent.mkdir(parents=True)
    empty_cache.write_text("a file where the folder should be")
    task = TASKS.get("digits-sequential")
    remember(task, task.load(1))
    assert shape(task) == (UNKNOWN, UNKNOWN)
