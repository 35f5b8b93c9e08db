"""Worker: the functions that run on a Dask worker or its nanny: introduce the worker, do work, end the worker."""

import os
import signal
import sys
from typing import Any

import cloudpickle
import psutil

from suite import backend, environment
from suite.runner.engines.engine import carried_out
from suite.surroundings import changes, state
from suite.tasks.metrics import METRICS

# TensorFlow keeps every compiled function (45 to 65 MB per model here) until the process ends. So a worker is renewed
# when it has grown by GROWTH bytes or uses RENEWED_SHARE of its memory limit.
GROWTH = 2**30
RENEWED_SHARE = 0.7


def introduce(environment: dict[str, str], ignore_interrupts: bool, dask_worker: Any) -> dict[str, Any]:
    """On a worker: set its environment; return its versions, process id, TensorFlow threads and whether it is busy."""
    os.environ |= environment
    dask_worker.memory_manager.memory_pause_fraction = False  # a paused worker would never begin its work
    if ignore_interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return {
        "versions": comparable(),
        "pid": os.getpid(),
        "threads": backend.threads_in_use(),
        "busy": bool(dask_worker.active_threads),
    }


def end_worker(pid: int, dask_worker: Any) -> None:
    """On a nanny: kill its worker process if that still has the process id `pid`."""
    if dask_worker.pid == pid:
        psutil.Process(pid).kill()


def comparable() -> dict[str, str]:
    """Return the versions that must be the same on all machines of an experiment."""
    return environment.versions() | {"code of suite": environment.code()}


class RenewedError(Exception):
    """Work reached a process other than the one it was sent to."""


def execute(member: str, work: bytes) -> tuple[Any, bool]:
    """On a worker: do a pickled piece of work; return its result and whether the process should be replaced.

    That is so if it has grown too large, or if the work changed what the process shares with the next work.
    Raise RenewedError if this process is not `member`.
    """
    from distributed import get_worker

    worker = get_worker()
    if worker.local_directory != member:  # Dask sent the work to the next process at the same address
        raise RenewedError(member)
    function, arguments, metrics = cloudpickle.loads(work)
    METRICS.adopt(metrics)
    before, loaded = state(), "keras" in sys.modules
    result = carried_out(function, *arguments)
    # the first work on a worker imports Keras, which changes much
    changed = (loaded and changes(before)) or getattr(getattr(result, "record", None), "changed", None)
    resident = psutil.Process().memory_info().rss
    first = _first_resident.setdefault(function.__name__, resident)
    share = worker.memory_manager.memory_limit or float("inf")
    return result, bool(changed) or resident - first > GROWTH or first < resident > RENEWED_SHARE * share


_first_resident: dict[str, int] = {}
