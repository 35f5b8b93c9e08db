"""Remembered work: done once for the same results, and gone with them."""

import gc
import weakref

import pytest

from suite.analysis.comparisons import compare
from suite.results.remember import remember
from suite.results.results import load


@pytest.fixture
def results(tmp_path, records):
    return load(records.write_study(tmp_path, 0, 2, ("adding-50", "speech-like")))


def test_a_task_is_compared_once(results):
    assert compare(results, "adding-50") is compare(results, "adding-50")
    assert compare(results, "adding-50") is not compare(results, "speech-like")


def test_a_part_of_the_results_does_its_own_work(results):
    part = results.only(["adding-50"], "final")
    assert compare(results, "adding-50") is not compare(part, "adding-50")


def test_only_the_latest_values_are_kept_where_they_are_large(results):
    calls = []

    @remember(most=1)
    def squared(_, number, offset=0):
        calls.append(number)
        return number**2 + offset

    assert [squared(results, 2), squared(results, 2), squared(results, 3), squared(results, 2, offset=1)] == [
        4,
        4,
        9,
        5,
    ]
    assert squared(results, 3) == 9
    assert calls == [2, 3, 2, 3]


def test_what_is_remembered_does_not_outlive_the_results(tmp_path, records):
    found = load(records.write_study(tmp_path, 0, 2, ("adding-50",)))
    compare(found, "adding-50")
    known = weakref.ref(found)
    del found
    gc.collect()
    assert known() is None
