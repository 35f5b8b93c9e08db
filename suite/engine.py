"""Engine: where work executes: in this process, on processes of this machine, on a Dask cluster."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

# A process that trains holds 0.6 GB before it has any data.
NEEDED = 2**30


@dataclass(frozen=True)
class Death:
    """Why work brought nothing back: a run's `status`, and what is known of the `cause`."""

    status: str
    cause: str


@dataclass(frozen=True)
class Done:
    """Work that is over: what it was submitted as, and its result, its error, or the death of its worker."""

    token: Any
    result: Any = None
    error: BaseException | None = None
    death: Death | None = None


class Engine(Protocol):
    """Executes one piece of work a worker at a time."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def free(self) -> list[str]:
        """Workers that have nothing to do."""

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Starts a piece of work on a free worker, to be stopped by force after `limit` seconds."""

    def wait(self) -> list[Done]:
        """Waits a moment for work to finish; the list may be empty."""


class InProcess:
    """Executes in this process, one piece of work after another; nothing can be stopped by force here."""

    def __init__(self) -> None:
        self._done: list[Done] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._done.clear()

    def free(self) -> list[str]:
        """This process, unless it has something to hand over."""
        return [] if self._done else ["this process"]

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Does the work at once."""
        try:
            self._done.append(Done(token, function(*arguments)))
        except Exception as error:  # handed to the runner, as a worker would
            self._done.append(Done(token, error=error))

    def wait(self) -> list[Done]:
        """What was done since the last call."""
        done, self._done = self._done, []
        return done


def memory() -> int:
    """Bytes of memory that this process may use."""
    from distributed.system import MEMORY_LIMIT

    return MEMORY_LIMIT


def complain(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)
