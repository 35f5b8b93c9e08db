"""The published reference study is read whole, and small runs of it come out again."""

import pytest

import suite
from suite.results.folders import existing
from suite.runner.verify import as_run, original, repeated

SLIGHTLY = 0.05  # of the score; on the machine that made them, runs come out again bit for bit


@pytest.fixture(scope="module")
def store():
    return existing("reference-2026")


@pytest.mark.slow
def test_every_record_is_read_and_no_run_failed(store):
    results = suite.load("reference-2026")
    assert len(results.runs) == len([*store.records()]) == 1_710
    assert not results.unreadable
    assert {*results.runs["status"]} == {"ok"}


@pytest.mark.training
def test_the_two_smallest_runs_come_out_again(store):
    experiment, task = original(store, None), suite.load("reference-2026").task
    for record in sorted((one for one in store.records() if one.ok), key=lambda one: one.worked)[:2]:
        again = repeated(as_run(experiment, record, store), store)
        metric = task(record.task).metric
        assert again.score(metric) == pytest.approx(record.score(metric), abs=SLIGHTLY)
