"""A command that is interrupted, or whose folder is locked, moved or full, ends with a clear line and whole records."""

import os
import signal
import subprocess
import sys
import time

import pytest
from studies import LAST_OF_FIVE, run

from suite.errors import RequestError
from suite.files.reading import read_json
from suite.results.store import Store
from suite.runner.progress import Progress

STUDY = (
    '''"""A study small enough to test with."""
import time
import numpy as np
from pathlib import Path
from suite import Data, Experiment, architecture, task
'''
    + LAST_OF_FIVE
    + '''
@architecture("sleepy")
def sleepy(hp, x, *, units: int, per_step: bool):
    """Asleep for a while as the first run begins to train, but not while the search space is found."""
    import keras
    import tensorflow as tf
    class Asleep(keras.layers.Layer):
        def call(self, x, training=False):
            if training and not tf.executing_eagerly():
                Path("asleep").touch()
                time.sleep({seconds})
            return x
    x = Asleep()(x)
    return keras.layers.GRU(units, return_sequences=per_step)(x)

experiment = Experiment(tasks=["last-of-five"], architectures=["{architecture}"], trials={trials}, epochs=1, seeds=1,
                        weights=60, search_space={"batch_size": [32]},
                        search="hyperband")  # trials share their data: no data are loaded between two runs
'''
)


class Command:
    """`suite run study.py` in a folder and a process group of its own, as under a terminal."""

    def __init__(self, folder, architecture="gru", trials=50, seconds=10**6):
        self.folder = folder
        self.store = Store(folder / "results" / "study")
        study = STUDY.replace("{architecture}", architecture).replace("{trials}", str(trials))
        study = study.replace("{seconds}", str(seconds))
        (folder / "study.py").write_text(study)
        self.process = self.start()

    def start(self):
        """Another command of the same words."""
        command = [sys.executable, "-m", "suite", "run", "study.py", "--workers", "1", "--no-report"]
        output = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True, "start_new_session": True}
        return subprocess.Popen(command, cwd=self.folder, **output)

    def wait_for(self, happened):
        """Waits until something has happened while the command runs."""
        while not happened():
            assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.05)

    def interrupt(self):
        """What Ctrl-C does on a terminal: every process of the group is told."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self):
        """Its exit status and what it said, once no process of its group is left."""
        _, error = self.process.communicate(timeout=90)
        until = time.monotonic() + 20
        while subprocess.run(["pgrep", "-g", str(self.process.pid)], capture_output=True).stdout:
            assert time.monotonic() < until, "an orphan process stays"
            time.sleep(0.1)
        assert "Traceback" not in error
        return self.process.returncode, error.splitlines()


@pytest.mark.training
class TestInterrupted:
    def test_the_first_ctrl_c_lets_the_running_run_finish_and_says_how_to_continue(self, tmp_path):
        command = Command(tmp_path, architecture="sleepy", seconds=3)
        command.wait_for((tmp_path / "asleep").exists)
        assert command.store.record_paths() == []
        command.interrupt()
        status, said = command.end()
        assert status == 130
        assert sum("active runs have up to 60 s" in line for line in said) == 1
        assert said[-1] == "suite: interrupted; all finished runs are stored: run the same command to continue"
        records = list(command.store.records())
        assert len(records) == 1, "the run under way finished, and no other began"
        assert {(record.status, record.attempt) for record in records} == {("ok", 1)}
        assert command.store.unreadable() == {}
        assert not (command.store.root / ".lock").exists()

    def test_the_second_stops_at_once(self, tmp_path):
        command = Command(tmp_path, architecture="sleepy")
        command.wait_for((tmp_path / "asleep").exists)
        command.interrupt()
        time.sleep(1)
        assert command.process.poll() is None
        command.interrupt()
        status, said = command.end()
        assert (status, list(command.store.records())) == (130, [])
        assert "run the same command to continue" in said[-1]


@pytest.mark.training
class TestFolder:
    def test_a_second_command_is_refused_and_one_whose_folder_is_moved_away_stops(self, tmp_path):
        command = Command(tmp_path)
        command.wait_for(command.store.record_paths)
        second = command.start()
        _, said = second.communicate(timeout=60)
        assert second.returncode == 2
        assert f"'results/study' is in use by process {command.process.pid} on " in said
        assert (said.count("\n"), command.process.poll()) == (1, None)
        command.store.root.rename(tmp_path / "moved")
        status, said = command.end()
        assert status == 2
        assert "'results/study' was removed or moved while this command wrote to it" in said[-1]
        assert not command.store.root.exists()
        moved = Store(tmp_path / "moved")
        assert moved.unreadable() == {}
        assert read_json(moved.root / "experiment.json")["name"] == "study"

    def test_a_full_or_read_only_disk_is_reported_and_the_same_command_continues(self, tmp_path):
        (tmp_path / "study.py").write_text(STUDY.replace("{architecture}", "gru").replace("{trials}", "3"))
        disk = tmp_path / "results"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", disk], capture_output=True).returncode:
            pytest.skip("a disk of 32 KB can be made by root alone")
        try:
            with pytest.raises(
                RequestError, match="cannot write .*No space left on device.*run the same command again"
            ):
                run(tmp_path / "study.py", disk, workers=0, progress=Progress(quiet=True))
            store = Store(disk / "study")
            stored = {path: path.read_bytes() for path in store.record_paths()}
            assert stored
            assert store.unreadable() == {}
            assert not [path for path in store.root.rglob(".*") if path.is_file()]
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            with pytest.raises(RequestError, match="cannot write results to .*: Read-only file system"):
                run(tmp_path / "study.py", disk, workers=0, progress=Progress(quiet=True))
            subprocess.run(["mount", "-o", "remount,rw,size=9m", disk], check=True)
            run(tmp_path / "study.py", disk, workers=0, progress=Progress(quiet=True))
            assert {path: path.read_bytes() for path in stored} == stored
            assert [record.status for record in store.records()] == ["ok"] * 4
        finally:
            subprocess.run(["umount", disk], check=True)
