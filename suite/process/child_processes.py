"""Child processes: which ones this process has, with those that they started in turn, and their end."""

import contextlib
import os
from collections.abc import Iterable

import psutil

TRACKER = "resource_tracker"  # a process of multiprocessing's own, which ends with this one
END_SECONDS = 5.0


def running() -> dict[str, list[int]]:
    """Return name -> process ids of the processes that this one started, and that they started in turn."""
    found: dict[str, list[int]] = {}
    try:
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it has just ended
                if not any(TRACKER in word for word in child.cmdline()):
                    found.setdefault(child.name(), []).append(child.pid)
    except Exception:  # work may have broken what this needs, such as `open`, which is then named itself
        return {}
    return found


def end(pids: Iterable[int]) -> None:
    """Kill these processes."""
    for pid in pids:
        with contextlib.suppress(psutil.Error):  # it has ended by itself
            one = psutil.Process(pid)
            one.kill()
            if one.ppid() == os.getpid():
                one.wait(END_SECONDS)
