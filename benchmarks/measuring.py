"""Measuring: measure the wall time, CPU time and peak memory of a command, including its child processes."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

SAMPLED_SECONDS = 0.2


@dataclass(frozen=True)
class Cost:
    """The wall and CPU time (seconds) and peak memory (MiB) of a command.

    The peak memory is the largest sum of the resident memory of all its processes at one moment.
    """

    wall: float
    cpu: float
    memory: float


def measured(command: Sequence[str], quiet: bool = True) -> Cost:
    """Run a command and return its cost. Raise CalledProcessError if it fails."""
    before, begin, peak = children_seconds(), time.perf_counter(), 0.0
    output = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(command, stdout=output, stderr=output)
    while process.poll() is None:
        peak = max(peak, sum(resident(process.pid)) / 2**20)
        time.sleep(SAMPLED_SECONDS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.perf_counter() - begin, children_seconds() - before, peak)


def children_seconds() -> float:
    """Return the CPU seconds of all child processes that have ended, including their own children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> list[int]:
    """Return the resident memory (bytes) of a process and of each of its descendants, largest first."""
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
    return sorted(filter(None, map(_resident, processes)), reverse=True)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it ended meanwhile
        return 0


def machine() -> str:
    """Describe the machine and its load in one line."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
