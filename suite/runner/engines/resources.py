"""Resources: how many workers fit the cores and the memory of this machine."""

# Bytes per worker: a training process uses 0.6 GB before it has any data.
NEEDED = 2**30


def default_workers() -> int:
    """Return the default number of workers: one per core that this process may use, or fewer if memory is short."""
    from dask.system import CPU_COUNT

    return max(1, min(CPU_COUNT, memory() // NEEDED - 1))


def memory() -> int:
    """Return the bytes of memory that this process may use."""
    from distributed.system import MEMORY_LIMIT

    return MEMORY_LIMIT
