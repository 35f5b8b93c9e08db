"""Kill -9 the command or one of its workers at six moments; continued, it ends with the same numbers."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from studies import LAST_OF_FIVE, ONE_STRUCTURE, run

from suite.results.store import Store
from suite.runner.progress import Progress

pytestmark = pytest.mark.training

STUDY = (
    '''"""A study small enough to be killed again and again."""
import numpy as np
from suite import Data, Experiment, task
'''
    + LAST_OF_FIVE
    + """
experiment = Experiment(tasks=["last-of-five"], architectures=["gru"], trials=16, epochs=1, seeds=2, weights=60,
                        search_space=ONE_STRUCTURE)
""".replace("ONE_STRUCTURE", f"{ONE_STRUCTURE}")
)
# long enough to begin to learn, so that comparisons stay open
WITH_LOOKS = (
    STUDY.replace('["gru"], trials', '["gru", "simple-rnn"], looks=(12, 14, 16), best_of=2, trials')
    .replace("epochs=1, seeds=2, weights=60", "epochs=20, seeds=2, weights=300")
    .replace("search_space={", "search_space={'learning_rate': [0.01, 0.02, 0.03], ")
)
SEED = 20
EARLY, AT_WORK, OF_WORKERS = 2, 2, 2
LONGEST = {"early": 4.0, "at work": 1.0, "worker": 5.0}  # seconds to wait before the kill


class Command:
    """`suite run study.py`, again and again."""

    def __init__(self, folder):
        self.folder = folder
        self.store = Store(folder / "results" / "study")
        self.process = None

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def keep_running(self):
        """Starts it, unless it runs."""
        if not self.is_running():
            self.start()

    def start(self):
        command = [sys.executable, "-m", "suite", "run", "study.py", "--workers", "2", "--no-report"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)

    def workers(self):
        """Worker processes, at whatever they are."""
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        return []

    def statuses(self):
        return [record.status for record in self.store.records()]

    def wait_for_a_record(self):
        before = len(self.store.record_paths())
        while self.is_running() and len(self.store.record_paths()) == before:
            time.sleep(0.05)

    def kill_a_worker(self, rng):
        """Kills one, when no run still waits for its second attempt: a run that dies twice is not tried again."""
        until = time.monotonic() + 120
        while "killed" in self.statuses() or not self.workers():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            self.keep_running()
            time.sleep(0.05)
        with contextlib.suppress(psutil.NoSuchProcess, IndexError):
            rng.choice(self.workers()).kill()

    def kill(self, whole_group):
        """Kills the command, alone or with all its processes, and waits until none of them is left."""
        self.keep_running()
        group = self.process.pid
        if whole_group:
            os.killpg(group, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()
        until = time.monotonic() + 60
        while subprocess.run(["pgrep", "-g", str(group)], capture_output=True).stdout:
            assert time.monotonic() < until, "an orphan process stays"
            time.sleep(0.05)

    def kill_after(self, run):
        """Waits until a run is stored, then kills the command with all its processes."""
        self.keep_running()
        until = time.monotonic() + 300
        while not self.store.path(run).exists():
            assert self.is_running() and time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.02)
        self.kill(whole_group=True)


def numbers(store):
    """Everything in the records that must not depend on how they came about."""
    keys = ("seed", "status", "hyperparameters", "spec", "metrics", "baseline", "history", "best_epoch", "clipped")
    return {record.id: {key: getattr(record, key) for key in keys} for record in store.records()}


def test_six_kills_change_no_number(tmp_path):
    (tmp_path / "study.py").write_text(STUDY)
    rng, command = random.Random(SEED), Command(tmp_path)
    moments = ["early"] * EARLY + ["at work"] * AT_WORK + ["worker"] * OF_WORKERS
    rng.shuffle(moments)
    for moment in moments:
        command.keep_running()
        if moment == "at work":
            command.wait_for_a_record()
        time.sleep(rng.uniform(0.1, LONGEST[moment]))
        if moment == "worker":
            command.kill_a_worker(rng)
        else:
            command.kill(whole_group=rng.random() < 0.5)
        assert command.store.unreadable() == {}
    command.keep_running()
    if command.process.wait(timeout=300) and "killed" in command.statuses():
        command.start()  # the process that loads the data was killed three times: the same command tries again
    assert command.process.wait(timeout=300) == 0, (tmp_path / "log").read_text()
    assert "Traceback" not in (tmp_path / "log").read_text()
    undisturbed = run(tmp_path / "study.py", tmp_path / "undisturbed", workers=0, progress=Progress(quiet=True))
    assert numbers(command.store) == numbers(undisturbed)


def test_kills_at_and_between_looks_change_no_number_and_no_decision(tmp_path):
    (tmp_path / "study.py").write_text(WITH_LOOKS)
    command = Command(tmp_path)
    for moment in ("simple-rnn/trial-011", "gru/trial-012"):
        command.kill_after(f"last-of-five/{moment}")
    command.keep_running()
    assert command.process.wait(timeout=300) == 0, (tmp_path / "log").read_text()
    undisturbed = run(tmp_path / "study.py", tmp_path / "undisturbed", workers=0, progress=Progress(quiet=True))
    assert numbers(command.store) == numbers(undisturbed)
    assert command.store.experiment().granted == undisturbed.experiment().granted == {"last-of-five": 16}
    adopted = run(tmp_path / "study.py", tmp_path / "adopted", workers=0, reuse=undisturbed.root)
    assert numbers(adopted) == numbers(undisturbed)
