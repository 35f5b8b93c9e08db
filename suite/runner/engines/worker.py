"""Worker: what is done on a Dask worker: it introduces itself, does a piece of work, is ended."""

import os
import signal
from typing import Any

import cloudpickle
import psutil

from suite import backend, environment

# TensorFlow keeps whatever it compiled, 45 to 65 MB a model here, for as long as its process lives.
GROWTH = 2**30
RENEWED_SHARE = 0.7


def introduce(environment: dict[str, str], ignore_interrupts: bool, dask_worker: Any) -> dict[str, Any]:
    """On a worker: sets its environment; its versions, process id, TensorFlow's threads, whether it is at work."""
    os.environ |= environment
    dask_worker.memory_manager.memory_pause_fraction = False  # a paused worker would never begin what it is sent
    if ignore_interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return {
        "versions": comparable(),
        "pid": os.getpid(),
        "threads": backend.threads_in_use(),
        "busy": bool(dask_worker.active_threads),
    }


def end_worker(pid: int, dask_worker: Any) -> None:
    """On a nanny: kills its worker process, if it is still the one with this id."""
    if dask_worker.pid == pid:
        psutil.Process(pid).kill()


def comparable() -> dict[str, str]:
    """Versions that must be the same wherever an experiment runs."""
    return environment.versions() | {"code of suite": environment.code()}


class RenewedError(Exception):
    """Work reached another process than the one it was meant for."""


def execute(member: str, work: bytes) -> tuple[Any, bool]:
    """On a worker: does a pickled piece of work; whether the process has grown so much that it should be renewed."""
    from distributed import get_worker

    worker = get_worker()
    if worker.local_directory != member:  # Dask sent it to the next process at the same address
        raise RenewedError(member)
    function, arguments = cloudpickle.loads(work)
    result = function(*arguments)
    resident = psutil.Process().memory_info().rss
    first = _first_resident.setdefault(function.__name__, resident)
    share = worker.memory_manager.memory_limit or float("inf")
    return result, resident - first > GROWTH or first < resident > RENEWED_SHARE * share


_first_resident: dict[str, int] = {}
