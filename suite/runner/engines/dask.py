"""Dask: the base of the engines on Dask workers; gives each worker one piece of work at a time."""

import contextlib
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import cloudpickle

from suite.errors import RequestError
from suite.results.statuses import Status
from suite.runner.engines.engine import Death, Done
from suite.runner.engines.worker import RenewedError, execute
from suite.runner.engines.workers import Crew, Member
from suite.tasks.metrics import METRICS

POLL_SECONDS = 1.0
FETCH_SECONDS = 5.0
LOST_SECONDS = 30.0
WORKERLESS_SECONDS = 120.0


@dataclass
class Piece:
    """An active piece of work; `deadline`: when it is stopped by force; `lost`: when its result was lost, or None."""

    token: Any
    member: Member
    deadline: float
    lost: float | None = None


class OnDask:
    """Executes work on Dask workers, one piece per worker at a time.

    A worker that dies therefore loses only that piece of work, and its nanny starts a new worker. A worker whose memory
    has grown too much, or that its work changed, is replaced between two pieces of work.
    """

    _crew: Crew

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._pieces: dict[str, Piece] = {}
        self._offered: dict[str, Member] = {}
        self._finished: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
        self._client: Any = None
        self._seen = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._stack:
            if self._client is not None and self._client.status == "running":
                self._dismiss()
            self._pieces.clear()

    def free(self) -> list[str]:
        """Return the idle living workers.

        Raise RequestError if the scheduler is gone, or if every worker has been gone for a long time.
        """
        if self._client.status != "running":
            raise RequestError("the Dask scheduler no longer answers; run the same command to continue")
        self._offered = self._crew.members
        if self._offered:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > WORKERLESS_SECONDS:
            raise RequestError(f"no worker is alive after {WORKERLESS_SECONDS:.0f} s; run the same command to continue")
        busy = {piece.member.id for piece in self._pieces.values()}
        return [name for name in self._offered if name not in busy]

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Send work to this worker only."""
        # pickle it here, because Dask would assume that workers can import the experiment file
        work = pickled(function, arguments)
        member = self._offered[worker]
        future = self._client.submit(execute, member.id, work, workers=[member.address], pure=False)
        self._pieces[future.key] = Piece(token, member, time.monotonic() + (limit or float("inf")))
        future.add_done_callback(partial(self._fetch, member))

    def wait(self) -> list[Done]:
        """Return work that finished within a second, exceeded its time limit, or lost its worker."""
        return [*self._answered(), *self._overdue(), *self._buried()]

    def _fetch(self, member: Member, future: Any) -> None:
        # This runs in a thread of Dask. If the worker has died meanwhile, its result never arrives.
        answer, seconds = None, FETCH_SECONDS
        while answer is None:
            try:
                answer = Answer.of(future, seconds)
            except TimeoutError:  # a large result takes longer: start the transfer again
                answer, seconds = None if member.id in self._crew.members else Answer(lost=True), 2 * seconds
            except OSError:  # the connection broke: the crew will find out whether the worker died
                answer = Answer(lost=True)
            except Exception as error:  # the result cannot be unpickled here, or Dask raised an error
                answer = Answer(error=error)
        self._finished.put((future.key, answer))

    def _answered(self) -> list[Done]:
        done = []
        with contextlib.suppress(queue.Empty):
            done.append(self._take(*self._finished.get(timeout=POLL_SECONDS if self._pieces else POLL_SECONDS / 10)))
            while True:
                done.append(self._take(*self._finished.get_nowait()))
        return [one for one in done if one]

    def _take(self, key: str, answer: "Answer") -> Done | None:
        piece = self._pieces.get(key)
        if piece is None:
            return None
        if answer.lost:
            piece.lost = time.monotonic()
            return None
        del self._pieces[key]
        if answer.replaced:
            self._crew.end(piece.member)
        return Done(piece.token, answer.result, answer.error)

    def _overdue(self) -> list[Done]:
        late = {key: piece for key, piece in self._pieces.items() if time.monotonic() > piece.deadline}
        return [
            self._end(key, piece, Death(Status.TIMEOUT, "it was killed at its time limit"))
            for key, piece in late.items()
        ]

    def _buried(self) -> list[Done]:
        done = []
        for key, piece in [*self._pieces.items()]:
            death = self._crew.death(piece.member)
            if death:
                del self._pieces[key]
                done.append(Done(piece.token, death=death))
            elif piece.lost and time.monotonic() - piece.lost > LOST_SECONDS:
                done.append(self._end(key, piece, Death(Status.KILLED, "its worker is alive, but its result was lost")))
        return done

    def _end(self, key: str, piece: Piece, death: Death) -> Done:
        del self._pieces[key]
        self._crew.end(piece.member)
        return Done(piece.token, death=death)

    def _dismiss(self) -> None:
        """End the busy workers, because their results are no longer needed."""
        for piece in self._pieces.values():
            self._crew.end(piece.member)


def pickled(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """Return a function, its arguments and the user's metrics as bytes; raise RequestError if pickling them fails."""
    try:
        return cloudpickle.dumps((function, arguments, METRICS.own()))
    except Exception as error:  # a user's object may fail in any way
        raise RequestError(
            f"the experiment file holds an object that cannot be sent to a worker ({type(error).__name__}: {error}): "
            "make it inside the function of the task or architecture, or use --workers 0"
        ) from error


@dataclass(frozen=True)
class Answer:
    """The answer of a worker: the result or the error of its work, or neither if the result is `lost`.

    `replaced`: whether another worker should take its place, because it has grown or the work changed it.
    """

    result: Any = None
    error: BaseException | None = None
    replaced: bool = False
    lost: bool = False

    @classmethod
    def of(cls, future: Any, seconds: float) -> "Answer":
        """Return the answer of a finished future; raise TimeoutError if the transfer takes longer than `seconds`."""
        from distributed import KilledWorker

        if future.status == "error":
            error = future.exception(timeout=seconds)
            return cls(lost=True) if isinstance(error, (KilledWorker, RenewedError)) else cls(error=error)
        if future.status != "finished":
            return cls(lost=True)
        found = future.result(timeout=seconds)
        return cls(found.result, found.error, found.replaced)
