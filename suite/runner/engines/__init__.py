"""Engines: execute work in this process, in worker processes on this machine, or on a Dask cluster."""

from collections.abc import Callable

from suite.runner.engines.engine import Engine, complain
from suite.runner.engines.in_process import InProcess


def make_engine(
    workers: int, threads: int, scheduler: str | None = None, say: Callable[[str], None] = complain
) -> Engine:
    """Return an engine on the workers of `scheduler`, on `workers` processes or, if `workers` is 0, in this process.

    `say` prints a line for each worker that cannot be used.
    """
    if scheduler is not None:
        from suite.runner.engines.cluster import Cluster

        return Cluster(scheduler, threads, say)
    if workers:
        from suite.runner.engines.processes import LocalProcesses

        return LocalProcesses(workers, threads)
    return InProcess()
