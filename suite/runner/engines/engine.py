"""Engine: the interface of everything that executes work, and the types of its calls and results."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self


@dataclass(frozen=True)
class Call:
    """The function call that does a piece of work; the engine stops it by force after `limit` seconds."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    limit: float | None = None


@dataclass(frozen=True)
class Death:
    """Why work has no result: the `status` that its run gets, and the `cause` in words."""

    status: str
    cause: str


@dataclass(frozen=True)
class Done:
    """Finished work: its token, and either its result, its error, or the death of its worker."""

    token: Any
    result: Any = None
    error: BaseException | None = None
    death: Death | None = None


class Engine(Protocol):
    """Executes work, one piece per worker at a time."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def free(self) -> list[str]:
        """Return the idle workers."""

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Start work on a free worker, and stop the work by force after `limit` seconds."""

    def wait(self) -> list[Done]:
        """Wait a moment for work to finish, and return the finished work; the list may be empty."""


def complain(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr)
