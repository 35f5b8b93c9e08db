"""Statuses: how a run ended, and which ends are tried again."""

from enum import StrEnum


class Status(StrEnum):
    """How a run ended; the values are those of records."""

    OK = "ok"
    DIVERGED = "diverged"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out-of-memory"
    KILLED = "killed"
    ERROR = "error"


# The spec determines these; the others may have been the machine's fault.
DETERMINED = frozenset({Status.OK, Status.DIVERGED})
RETRIED = frozenset({Status.KILLED, Status.TIMEOUT, Status.OUT_OF_MEMORY})
ATTEMPTS = 2
