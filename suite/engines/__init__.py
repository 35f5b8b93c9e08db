"""Engines: which one serves a request; those on Dask workers, of this machine or of a running scheduler."""

from collections.abc import Callable

from suite.engine import NEEDED, Engine, InProcess, complain, memory


def default_workers() -> int:
    """One worker a core that this process may use, as long as each has the memory to train in."""
    from dask.system import CPU_COUNT

    return max(1, min(CPU_COUNT, memory() // NEEDED - 1))


def make_engine(
    workers: int, threads: int, scheduler: str | None = None, say: Callable[[str], None] = complain
) -> Engine:
    """The engine of a Dask scheduler's workers; without an address, of so many processes, or with 0 this process.

    `say` is told of workers that cannot be used.
    """
    if not (scheduler or workers):
        return InProcess()
    if scheduler:
        from suite.engines.cluster import Cluster

        return Cluster(scheduler, threads, say)
    from suite.engines.processes import LocalProcesses

    return LocalProcesses(workers, threads)
