"""Engine: what executes work, and what comes back of it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self


@dataclass(frozen=True)
class Call:
    """What a worker has to call for a piece of work; it is stopped by force after `limit` seconds."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    limit: float | None = None


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


def complain(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)
