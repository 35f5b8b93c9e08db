"""Statuses: the ways in which a run can end, and which of them cause another attempt."""

from enum import StrEnum


class Status(StrEnum):
    """How a run ended; records store these values."""

    OK = "ok"
    DIVERGED = "diverged"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out-of-memory"
    KILLED = "killed"
    ERROR = "error"


# The run's spec alone determines these statuses; the machine may have caused the others.
DETERMINED = frozenset({Status.OK, Status.DIVERGED})
RETRIED = frozenset({Status.KILLED, Status.TIMEOUT, Status.OUT_OF_MEMORY})
ATTEMPTS = 2
