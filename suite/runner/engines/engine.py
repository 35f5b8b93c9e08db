"""Engine: the interface of everything that executes work, and the types of its calls and results."""

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from suite.errors import EndingError, without_exit


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


def carried_out(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of work. Raise EndingError if user code called `sys.exit` or, on a worker, interrupted it.

    A process ends for them, and with it what other runs need; on a worker, nobody else can interrupt the work.
    """
    try:
        return without_exit(function, *arguments)
    except KeyboardInterrupt as error:
        if threading.current_thread() is threading.main_thread():
            raise
        raise EndingError("it raised KeyboardInterrupt") from error


def complain(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr)
