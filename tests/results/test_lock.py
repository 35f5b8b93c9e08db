"""One command writes a results folder; a killed one does not hold it, and the living one is named."""

import errno
import json
import os
import socket
import subprocess
import sys

import pytest

from suite.errors import RequestError, UnwritableError
from suite.results.lock import NAME, SILENT_SECONDS, Lock

HOLD = """
import pathlib, sys
from suite.results.lock import Lock
with Lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def held(tmp_path):
    """Another process that holds the folder."""
    command = [sys.executable, "-c", HOLD, tmp_path]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def sign(folder, host, pid, ago=0.0):
    """Leaves the lock's file of a command on some host, whose last heartbeat is this many seconds old."""
    path = folder / NAME
    path.write_text(json.dumps({"host": host, "pid": pid, "since": "2026-01-02 03:04:05+00:00"}))
    now = path.stat().st_mtime
    os.utime(path, (now - ago, now - ago))


@pytest.mark.slow
def test_a_second_command_learns_who_holds_the_folder_and_since_when(held, tmp_path):
    with pytest.raises(RequestError) as refused, Lock(tmp_path):
        pass
    assert f"is in use by process {held.pid} on {socket.gethostname()} since 20" in str(refused.value)
    assert "wait, or stop it" in str(refused.value)


@pytest.mark.slow
def test_the_file_of_a_killed_holder_holds_nothing(held, tmp_path):
    held.kill()
    held.wait()
    assert (tmp_path / NAME).exists()
    with Lock(tmp_path):
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


def test_it_leaves_nothing_behind_and_can_be_taken_again(tmp_path):
    for _ in range(2):
        with Lock(tmp_path):
            assert (tmp_path / NAME).exists()
        assert list(tmp_path.iterdir()) == []


def test_a_process_id_reused_by_another_program_holds_nothing(tmp_path):
    sign(tmp_path, socket.gethostname(), os.getppid())
    with Lock(tmp_path):
        pass


@pytest.fixture
def no_locks(monkeypatch):
    """A file system without locks."""
    fcntl = pytest.importorskip("fcntl")

    def flock(file, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)


@pytest.mark.slow
def test_without_locks_a_running_process_of_this_host_holds_the_folder(no_locks, held, tmp_path):
    with pytest.raises(RequestError, match=f"is in use by process {held.pid}"), Lock(tmp_path):
        pass
    held.kill()
    held.wait()
    with Lock(tmp_path):
        pass


def test_without_locks_a_process_id_reused_by_another_program_holds_nothing(no_locks, tmp_path):
    sign(tmp_path, socket.gethostname(), os.getppid(), 2 * SILENT_SECONDS)
    with Lock(tmp_path):
        pass


@pytest.mark.parametrize("ago", [0, SILENT_SECONDS / 2, -SILENT_SECONDS / 2])
def test_a_command_on_another_host_with_a_recent_heartbeat_holds_the_folder(tmp_path, ago):
    sign(tmp_path, "elsewhere", 77, ago)
    with pytest.raises(RequestError, match="process 77 on elsewhere .*after 60 s it counts as dead"), Lock(tmp_path):
        pass
    assert json.loads((tmp_path / NAME).read_text())["pid"] == 77


@pytest.mark.parametrize("ago", [2 * SILENT_SECONDS, 10**7, -2 * SILENT_SECONDS, -(10**7)])
def test_a_command_that_was_silent_for_long_does_not_whatever_the_clocks_show(tmp_path, ago):
    sign(tmp_path, "elsewhere", 77, ago)
    with Lock(tmp_path):
        pass


def test_a_folder_that_was_removed_or_replaced_is_noticed(tmp_path):
    root = tmp_path / "quick"
    root.mkdir()
    with Lock(root) as lock:
        lock.check()
        root.rename(tmp_path / "moved")
        with pytest.raises(RequestError, match="'.*quick' was removed or moved while this command wrote to it"):
            lock.check()
        root.mkdir()
        with pytest.raises(RequestError, match="was removed or moved"):
            lock.check()
    assert list(root.iterdir()) == []


def test_a_missing_folder_cannot_be_held(tmp_path):
    with pytest.raises(UnwritableError, match="cannot write '.*gone/.lock': No such file"), Lock(tmp_path / "gone"):
        pass
