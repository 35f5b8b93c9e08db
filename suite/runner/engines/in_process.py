"""In process: the engine that executes work in this process."""

from collections.abc import Callable
from typing import Any, Self

from suite.process.endings import without_exit
from suite.process.surroundings import before_work, repair, state
from suite.runner.engines.engine import Done


class InProcess:
    """Executes work in this process, one piece at a time; cannot stop work by force."""

    def __init__(self) -> None:
        self._done: list[Done] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._done.clear()

    def free(self) -> list[str]:
        """Return this process, unless a result is still waiting to be returned."""
        return [] if self._done else ["this process"]

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Do the work immediately, and put back what it changed in this process, as far as that is possible."""
        before = state()
        try:
            self._done.append(Done(token, without_exit(function, *arguments)))
        except Exception as error:  # returned to the runner, as a worker would do
            self._done.append(Done(token, error=error))
        finally:
            repair(before_work(before))

    def wait(self) -> list[Done]:
        """Return the work done since the last call."""
        done, self._done = self._done, []
        return done
