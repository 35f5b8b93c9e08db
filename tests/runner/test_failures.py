"""Every way in which a run can fail, provoked for real: each is recorded with its cause and affects no other run."""

import re

import pytest
from studies import LAST_OF_FIVE, run

from suite.experiment.loading import load_experiment
from suite.results.status import any_failed, status
from suite.results.store import Store
from suite.runner import runs, space_summaries
from suite.runner.engines.processes import LocalProcesses
from suite.runner.options import RunOptions
from suite.runner.progress import Progress
from suite.runner.runner import Runner

pytestmark = pytest.mark.training

STUDY = (
    '''"""Architectures that fail."""
import os, time
import keras
import numpy as np
from suite import Data, Experiment, architecture, task
'''
    + LAST_OF_FIVE
    + '''
def failing(name, fail, always=False):
    @architecture(name)
    def fails(hp, x, *, units: int, per_step: bool):
        """A gated unit that fails."""
        if always or units == 3:  # the width of a run, and of no network that explores the architecture
            x = fail(x)
        return keras.layers.GRU(units, return_sequences=per_step)(x)

def swallow(x):
    kept = []
    while True:
        kept.append(b"x" * 2**25)
        time.sleep(0.02)

failing("exits", lambda x: os._exit(7))
failing("greedy", swallow)
failing("sleepy", lambda x: time.sleep(10**6), always=True)
failing("unlimited", lambda x: x * float("nan"))

experiment = Experiment(
    tasks=["last-of-five"], architectures={architectures}, trials=1, epochs=1, seeds=1, weights=60,
    search_space={"batch_size": [32]}, run_timeout={timeout},
)
'''
)


def study(folder, architectures, timeout=None):
    """Writes the experiment file and returns its path."""
    path = folder / "study.py"
    path.write_text(STUDY.replace("{architectures}", repr(architectures)).replace("{timeout}", repr(timeout)))
    return path


def driven(folder, architectures, workers, timeout=None):
    """What a study leaves on worker processes of 1.5 GiB each."""
    experiment = load_experiment(study(folder, architectures, timeout))
    store = Store(folder / "results" / "study")
    store.create()
    one = Runner(experiment, store, RunOptions(), Progress(quiet=True))
    with LocalProcesses(workers, threads=1, share=3 * 2**29) as engine, one.lock:
        one.begin()
        one.drive(engine)
    return store


@pytest.fixture(scope="module")
def failed(tmp_path_factory, clean_registries):
    """What a study leaves if its cells fail in three ways, next to one that succeeds."""
    return driven(tmp_path_factory.mktemp("failures"), ["exits", "greedy", "unlimited", "gru"], workers=2)


class TestOnWorkers:
    @pytest.mark.parametrize(
        ("architecture", "kind", "attempts", "error"),
        [
            ("exits", "killed", 2, "the worker process exited with status 7"),
            ("greedy", "out-of-memory", 2, r"the worker process passed its memory limit: it held 1\d\d\d MB"),
            ("unlimited", "diverged", 1, "the loss was nan in epoch 1"),
        ],
    )
    def test_it_is_recorded_with_its_cause_after_at_most_two_attempts(
        self, failed, architecture, kind, attempts, error
    ):
        record = failed.read(f"last-of-five/{architecture}/trial-000")
        assert (record.status, record.attempt, record.metrics) == (kind, attempts, {})
        assert re.fullmatch(error, record.error)
        kept = list(failed.root.glob(f"last-of-five/{architecture}/trial-000.json.attempt-*"))
        assert len(kept) == attempts - 1

    def test_a_cell_without_a_valid_trial_gets_no_final_run(self, failed):
        assert {record.architecture for record in failed.records() if record.role == "final"} == {"gru"}

    def test_the_sound_cell_has_all_its_runs(self, failed):
        found = {record.id: (record.status, record.attempt) for record in failed.records()}
        assert found["last-of-five/gru/trial-000"] == found["last-of-five/gru/final-000"] == ("ok", 1)

    def test_the_failures_are_shown(self, failed):
        assert any_failed(status(failed))


class TestTimeout:
    def test_a_run_that_hangs_is_stopped_by_force_twice(self, tmp_path, monkeypatch):
        monkeypatch.setattr(runs, "GRACE_SECONDS", 1)
        monkeypatch.setattr(space_summaries, "SECONDS_PER_CELL", 5)
        store = driven(tmp_path, ["sleepy"], workers=1, timeout=1)
        (record,) = store.records()
        assert (record.status, record.attempt) == ("timeout", 2)
        assert record.error == "it was killed at its time limit"

    def test_a_training_past_its_timeout_ends_between_two_batches(self, tmp_path):
        store = run(
            study(tmp_path, ["gru"], timeout=1e-6), tmp_path / "results", workers=0, progress=Progress(quiet=True)
        )
        (record,) = store.records()
        assert (record.status, record.attempt) == ("timeout", 2)
        assert record.error == "the training took longer than 1e-06 s"
