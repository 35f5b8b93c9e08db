"""Worker: the functions that run on a Dask worker or its nanny: introduce the worker, do work, end the worker."""

import contextlib
import os
import signal
import sys
import threading
from dataclasses import dataclass
from typing import Any

import cloudpickle
import psutil

from suite import backend, environment
from suite.process.endings import without_exit
from suite.process.surroundings import State, before_work, changes, repair, state
from suite.tasks.metrics import METRICS
from suite.training.records import words

# TensorFlow keeps every compiled function (45 to 65 MB per model here) until the process ends. So a worker is renewed
# when it has grown by GROWTH bytes or uses RENEWED_SHARE of its memory limit.
GROWTH = 2**30
RENEWED_SHARE = 0.7
OWN_THREADS = ("MainThread", "QueueFeederThread")


def introduce(environment: dict[str, str], own: bool, dask_worker: Any) -> dict[str, Any]:
    """On a worker: set its environment; return its versions, process id, TensorFlow threads and whether it is busy.

    `own`: whether the command started the worker: then it ignores Ctrl-C, and what its own threads say is not shown.
    """
    os.environ |= environment
    dask_worker.memory_manager.memory_pause_fraction = False  # a paused worker would never begin its work
    if own:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stderr = sys.stderr and OfWork(sys.stderr)
    return {
        "versions": comparable(),
        "pid": os.getpid(),
        "threads": backend.threads_in_use(),
        "busy": bool(dask_worker.active_threads),
    }


class OfWork:
    """A stream that leaves out what a worker's own threads write.

    Work may break what they need, such as their descriptors. They end then, with tracebacks, and so does the process;
    how it ended is in the record of the run.
    """

    def __init__(self, stream: Any):
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text, unless a thread of the worker itself does so."""
        return len(text) if threading.current_thread().name in OWN_THREADS else self._stream.write(text)


def end_worker(pid: int, dask_worker: Any) -> None:
    """On a nanny: kill its worker process, and what that started, if it still has the process id `pid`."""
    if dask_worker.pid == pid:
        worker = psutil.Process(pid)
        for process in [*worker.children(recursive=True), worker]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def comparable() -> dict[str, str]:
    """Return the versions that must be the same on all machines of an experiment."""
    return environment.versions() | {"code of suite": environment.code()}


class RenewedError(Exception):
    """Work reached a process other than the one it was sent to."""


@dataclass(frozen=True)
class Finished:
    """What a piece of work led to: its result or its error, and whether its process should be `replaced`."""

    result: Any = None
    error: BaseException | None = None
    replaced: bool = False


def execute(member: str, work: bytes) -> Finished:
    """On a worker: do a pickled piece of work, and end the processes that it left behind.

    The process should be replaced if it has grown too large, or if the work changed what it shares with the next work.
    Raise RenewedError if this process is not `member`.
    """
    from distributed import get_worker

    worker = get_worker()
    if worker.local_directory != member:  # Dask sent the work to the next process at the same address
        raise RenewedError(member)
    function, arguments, metrics = cloudpickle.loads(work)
    METRICS.adopt(metrics)
    before, result, error = state(), None, None
    try:
        result = without_exit(function, *arguments)
    except BaseException as raised:
        error = sendable(raised)
    changed = disturbed(before) or getattr(getattr(result, "record", None), "changed", None)
    resident = psutil.Process().memory_info().rss
    first = _first_resident.setdefault(function.__name__, resident)
    share = worker.memory_manager.memory_limit or float("inf")
    grown = resident - first > GROWTH or first < resident > RENEWED_SHARE * share
    return Finished(result, error, bool(changed) or grown)


def sendable(error: BaseException) -> BaseException:
    """Return an error without its traceback, which may be too deep to be sent: then the work would never end."""
    try:
        cloudpickle.loads(cloudpickle.dumps(error.with_traceback(None)))
    except Exception:  # a user's error may hold anything
        return RuntimeError(f"{type(error).__name__}: {words(error)}")
    return error


def disturbed(before: State) -> bool:
    """Return whether the work since `before` changed what its process shares; put back what Dask needs, too."""
    try:
        start = before_work(before)
        changed = changes(start)
        repair(start)
    except Exception:  # the work broke what is needed to find out
        return True
    return bool(changed)


_first_resident: dict[str, int] = {}
