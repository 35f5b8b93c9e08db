"""Engine: where work executes: in this process, or on local worker processes with Dask."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import cloudpickle
import psutil

from suite import backend
from suite.errors import RequestError

POLL_SECONDS = 1.0
LOST_SECONDS = 5.0
WORKERLESS_SECONDS = 120
# TensorFlow keeps whatever it compiled, 45 to 65 MB a model here, for as long as its process lives.
GROWTH = 350 * 2**20


@dataclass(frozen=True)
class Done:
    """Finished work: what it was submitted as, and its result or its error. `died`: its worker took it along."""

    token: Any
    result: Any = None
    error: BaseException | None = None
    died: bool = False


class Engine(Protocol):
    """Executes one piece of work a worker at a time."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def free(self) -> list[str]:
        """Workers that have nothing to do."""

    def submit(self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any) -> None:
        """Starts a piece of work on a free worker."""

    def wait(self) -> list[Done]:
        """Waits a moment for work to finish; the list may be empty."""


class InProcess:
    """Executes in this process, one piece of work after another."""

    def __init__(self) -> None:
        self._done: list[Done] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._done.clear()

    def free(self) -> list[str]:
        """This process, unless it has something to hand over."""
        return [] if self._done else ["this process"]

    def submit(self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any) -> None:
        """Does the work at once."""
        try:
            self._done.append(Done(token, function(*arguments)))
        except Exception as error:  # handed to the runner, as a worker would
            self._done.append(Done(token, error=error))

    def wait(self) -> list[Done]:
        """What was done since the last call."""
        done, self._done = self._done, []
        return done


class LocalProcesses:
    """Executes on Dask worker processes of this machine, each with one piece of work at a time.

    So a worker that dies takes only its own work with it; Dask starts another in its place. One whose memory has grown
    is renewed between two pieces of work.
    """

    def __init__(self, workers: int, threads: int):
        self.workers = workers
        self.threads = threads
        self._running: dict[Any, tuple[Any, str]] = {}
        self._gone: dict[Any, float] = {}
        self._seen = time.monotonic()

    def __enter__(self) -> Self:
        import dask
        import distributed

        self._stack = contextlib.ExitStack()
        self._stack.enter_context(dask.config.set(SETTINGS))
        cluster = distributed.LocalCluster(
            n_workers=self.workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
            env=backend.environment(self.threads),
        )
        self._stack.enter_context(cluster)
        self._client = self._stack.enter_context(distributed.Client(cluster, set_as_default=False))
        return self

    def __exit__(self, *error: object) -> None:
        self._running.clear()
        self._stack.close()

    def free(self) -> list[str]:
        """Addresses of living workers without work; raises RequestError when none lives, or comes back, for long."""
        living, busy = self._living(), {worker for _, worker in self._running.values()}
        if living:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > WORKERLESS_SECONDS:
            raise RequestError(f"no worker process is alive after {WORKERLESS_SECONDS} s; the same command continues")
        return [worker for worker in living if worker not in busy]

    def submit(self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any) -> None:
        """Sends the work to a worker, and to no other."""
        # pickled here, since Dask would take an experiment file for a module that workers can import
        work = cloudpickle.dumps((function, arguments))
        future = self._client.submit(execute, work, workers=[worker], pure=False)
        self._running[future] = (token, worker)

    def wait(self) -> list[Done]:
        """Work that finished within a second, or whose worker is gone."""
        import distributed

        if not self._running:
            time.sleep(POLL_SECONDS / 10)
            return []
        with self._client.as_current(), contextlib.suppress(distributed.TimeoutError):
            distributed.wait(list(self._running), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")
        return [self._take(future) for future in [*self._running] if future.done() or self._lost(future)]

    def _take(self, future: Any) -> Done:
        import distributed

        token, worker = self._running.pop(future)
        error = future.exception(timeout=POLL_SECONDS) if future.done() else None
        if not future.done() or isinstance(error, distributed.KilledWorker):
            future.cancel()
            return Done(token, died=True)
        if error:
            return Done(token, error=error)
        result, grown = future.result()
        if grown:
            self._client.restart_workers([worker], raise_for_error=False)
        return Done(token, result)

    def _lost(self, future: Any) -> bool:
        # Work sent to a worker in the moment of its death is neither run nor failed: nobody holds it.
        if self._running[future][1] in self._living():
            self._gone.pop(future, None)
            return False
        return time.monotonic() - self._gone.setdefault(future, time.monotonic()) > LOST_SECONDS

    def _living(self) -> list[str]:
        return list(self._client.scheduler_info(n_workers=-1)["workers"])


def execute(work: bytes) -> tuple[Any, bool]:
    """Does a pickled piece of work, on a worker; whether the process has grown so much that it should be renewed."""
    function, arguments = cloudpickle.loads(work)
    result = function(*arguments)
    resident = psutil.Process().memory_info().rss
    _first_resident.setdefault(function.__name__, resident)
    return result, resident - _first_resident[function.__name__] > GROWTH


_first_resident: dict[str, int] = {}


SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ": {},
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
}


def make_engine(workers: int, threads: int) -> Engine:
    """The engine for a number of workers; 0 is this process."""
    return LocalProcesses(workers, threads) if workers else InProcess()
