"""Engines: this process, processes of this machine, a Dask cluster; and which of them serves a request."""

from collections.abc import Callable

from suite.runner.engines.engine import Engine, complain
from suite.runner.engines.in_process import InProcess


def make_engine(
    workers: int, threads: int, scheduler: str | None = None, say: Callable[[str], None] = complain
) -> Engine:
    """The engine of a Dask scheduler's workers; without an address, of so many processes, or with 0 this process.

    `say` is told of workers that cannot be used.
    """
    if scheduler is not None:
        from suite.runner.engines.cluster import Cluster

        return Cluster(scheduler, threads, say)
    if workers:
        from suite.runner.engines.processes import LocalProcesses

        return LocalProcesses(workers, threads)
    return InProcess()
