"""Processes: the engine on Dask workers that this command starts on this machine and stops at its end."""

import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

import psutil

from suite import backend
from suite.errors import RequestError
from suite.files.unfinished import temporary_folder
from suite.process import current_folder
from suite.runner.engines.dask import OnDask
from suite.runner.engines.resources import NEEDED, memory
from suite.runner.engines.workers import STARTS, Crew, dying

START_SECONDS = 60.0
MARK = "SUITE_WORKER_OF"  # an environment variable of workers, which all that they start inherit
SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ": {},
    # some seconds after a worker has died, the cluster would close the nanny that is just starting yet another one
    "distributed.deploy.lost-worker-timeout": "365 days",
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    # what the processes would tell any local user over HTTP, such as their logs
    "distributed.scheduler.http.routes": (),
    "distributed.worker.http.routes": (),
}


class LocalProcesses(OnDask):
    """Starts Dask worker processes on this machine when first needed, each with an equal share of the memory.

    They listen on the loopback interface alone. Whoever can send them work can run code as this user, so they accept
    only connections with the key that is made for this run, which other users of the machine do not have.
    """

    def __init__(self, workers: int, threads: int, share: int | None = None):
        super().__init__()
        self.workers = workers
        self.threads = threads
        self._mark = secrets.token_hex(8)
        self.share = share or max(memory() // (workers + 1), NEEDED)

    def free(self) -> list[str]:
        """Return the idle living workers, and start all workers first if needed; see `OnDask.free`."""
        if self._client is None:
            self._start()
        return super().free()

    def _start(self) -> None:
        try:
            self._assemble()
        except OSError as error:
            raise RequestError(
                f"worker processes cannot start: {error.strerror or error}; --workers 0 needs none"
            ) from error

    def _assemble(self) -> None:
        import dask
        import distributed
        from distributed.utils import silence_logging_cmgr

        # enter it first: a connection to a killed worker may still complain after the cluster has closed
        self._stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        # enter these early, so that they end late, after all workers
        self._stack.callback(end_marked, self._mark)
        undone = self._stack.enter_context(current_folder.unimported())  # whenever a worker is replaced, too
        folder = self._stack.enter_context(temporary_folder())
        self._stack.enter_context(dask.config.set(SETTINGS | {"temporary-directory": f"{folder}"}))
        self._cluster = self._stack.enter_context(self._begun(distributed.LocalCluster, undone | {MARK: self._mark}))
        self._client = self._stack.enter_context(distributed.Client(self._cluster, set_as_default=False))
        self._crew = Crew(self._client, self.threads, own=True)
        self._stack.callback(self._crew.close)
        self._crew.assemble(self.workers, START_SECONDS, f"no worker process started within {START_SECONDS:.0f} s")
        self._seen = time.monotonic()

    def _begun(self, cluster: Callable[..., Any], variables: dict[str, str]) -> Any:
        from distributed.security import Security

        key = Security.temporary()
        for _ in range(STARTS):
            # if a worker dies while it starts, the cluster fails with a RuntimeError
            with contextlib.suppress(RuntimeError):
                return cluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    memory_limit=self.share,
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    security=key,
                    silence_logs=logging.CRITICAL,
                    env=backend.worker_environment(self.threads) | variables,
                )
        raise RequestError(dying(self.workers))

    def _dismiss(self) -> None:
        """Kill all workers, even idle ones: they have nothing to lose, and would take a second to end by themselves."""
        self._cluster.sync(self._kill)

    async def _kill(self) -> None:
        # this runs in the nannies' thread, so that no nanny starts a worker meanwhile
        for nanny in self._cluster.workers.values():
            nanny.close_gracefully()  # otherwise it would replace the killed worker
            if nanny.pid is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    psutil.Process(nanny.pid).kill()


def end_marked(mark: str) -> None:
    """Kill what the workers with this mark left behind: they were killed, or it had left them before they ended."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # it has ended, or is another user's
            if process.environ().get(MARK) == mark:
                process.kill()
