"""Cluster: engines on Dask: worker processes of this machine, or those of a running scheduler."""

import contextlib
import logging
import queue
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import cloudpickle
import psutil

from suite import backend
from suite.crew import Crew, Member
from suite.engine import NEEDED, Death, Done, complain, memory
from suite.errors import RequestError
from suite.worker import RenewedError, execute

POLL_SECONDS = 1.0
FETCH_SECONDS = 5.0
START_SECONDS = 60.0
CONNECT_SECONDS = 10.0
# a worker that an earlier command left is started anew, which takes its time on a busy machine
JOIN_SECONDS = 30.0
LOST_SECONDS = 30.0
STARTS = 3
WORKERLESS_SECONDS = 120.0


@dataclass
class Piece:
    """Work on its way: as what it was submitted, to whom, when it is stopped by force, when its answer got lost."""

    token: Any
    member: Member
    deadline: float
    lost: float | None = None


class OnDask:
    """Executes on Dask workers, each with one piece of work at a time.

    So a worker that dies takes only its own work with it; its nanny starts another in its place. One whose memory has
    grown is renewed between two pieces of work.
    """

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
            if self._pieces and self._client.status == "running":
                self._drop([piece.member for piece in self._pieces.values()])
            self._pieces.clear()

    def free(self) -> list[str]:
        """Living workers without work; raises RequestError when there is none for long, or the scheduler is gone."""
        if self._client.status != "running":
            raise RequestError("the Dask scheduler does not answer any more; the same command continues")
        self._offered = self._crew.members
        if self._offered:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > WORKERLESS_SECONDS:
            raise RequestError(f"no worker is alive after {WORKERLESS_SECONDS:.0f} s; the same command continues")
        busy = {piece.member.id for piece in self._pieces.values()}
        return [name for name in self._offered if name not in busy]

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Sends the work to a worker, and to no other."""
        # pickled here, since Dask would take an experiment file for a module that workers can import
        work = pickled(function, arguments)
        member = self._offered[worker]
        future = self._client.submit(execute, member.id, work, workers=[member.address], pure=False)
        self._pieces[future.key] = Piece(token, member, time.monotonic() + (limit or float("inf")))
        future.add_done_callback(partial(self._fetch, member))

    def wait(self) -> list[Done]:
        """Work that finished within a second, passed its limit, or whose worker is gone."""
        return [*self._answered(), *self._overdue(), *self._buried()]

    def _fetch(self, member: Member, future: Any) -> None:
        # In a thread of Dask's. Results of a worker that died meanwhile never come.
        answer, seconds = None, FETCH_SECONDS
        while answer is None:
            try:
                answer = Answer.of(future, seconds)
            except TimeoutError:  # a large result takes its time, and begins anew
                answer, seconds = None if member.id in self._crew.members else Answer(lost=True), 2 * seconds
            except OSError:  # the connection broke: the crew finds out whether the worker died
                answer = Answer(lost=True)
            except Exception as error:  # a result that cannot be unpickled here, or whatever Dask raises
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
        if answer.grown:
            self._crew.end(piece.member)
        return Done(piece.token, answer.result, answer.error)

    def _overdue(self) -> list[Done]:
        late = {key: piece for key, piece in self._pieces.items() if time.monotonic() > piece.deadline}
        return [self._end(key, piece, Death("timeout", "it was stopped by force")) for key, piece in late.items()]

    def _buried(self) -> list[Done]:
        done = []
        for key, piece in [*self._pieces.items()]:
            death = self._crew.death(piece.member)
            if death:
                del self._pieces[key]
                done.append(Done(piece.token, death=death))
            elif piece.lost and time.monotonic() - piece.lost > LOST_SECONDS:
                done.append(self._end(key, piece, Death("killed", "its worker lives, but its result got lost")))
        return done

    def _end(self, key: str, piece: Piece, death: Death) -> Done:
        del self._pieces[key]
        self._crew.end(piece.member)
        return Done(piece.token, death=death)

    def _drop(self, members: list[Member]) -> None:
        for member in members:
            self._crew.end(member)


class LocalProcesses(OnDask):
    """Dask worker processes of this machine, each with an equal share of its memory. They start with the first work."""

    def __init__(self, workers: int, threads: int, share: int | None = None):
        super().__init__()
        self.workers = workers
        self.threads = threads
        self.share = share or max(memory() // (workers + 1), NEEDED)

    def free(self) -> list[str]:
        """Living workers without work; raises RequestError when none lives for long."""
        if self._client is None:
            self._start()
        return super().free()

    def _start(self) -> None:
        import dask
        import distributed

        # entered first, so that it is removed after the last worker has ended
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self._stack.enter_context(dask.config.set(SETTINGS | {"temporary-directory": folder}))
        self._cluster = self._stack.enter_context(self._begun(distributed.LocalCluster))
        self._client = self._stack.enter_context(distributed.Client(self._cluster, set_as_default=False))
        self._crew = Crew(self._client, self.threads, own=True)
        self._stack.callback(self._crew.close)
        self._crew.assemble(self.workers, START_SECONDS, f"no worker process started within {START_SECONDS:.0f} s")
        self._seen = time.monotonic()

    def _begun(self, cluster: Callable[..., Any]) -> Any:
        for _ in range(STARTS):
            # a worker that dies while it starts takes the cluster along
            with contextlib.suppress(RuntimeError):
                return cluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    memory_limit=self.share,
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                    env=backend.environment(self.threads),
                )
        raise RequestError(
            f"worker processes die while they start, {STARTS} times; is there memory for {self.workers}?"
        )

    def _drop(self, members: list[Member]) -> None:
        for nanny in self._cluster.workers.values():
            nanny.close_gracefully()  # else it starts another worker in place of the dropped one
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(member.pid).kill()


class Cluster(OnDask):
    """The workers of a running Dask scheduler, on whatever machines; `say` is told of those that cannot be used."""

    def __init__(self, address: str, threads: int, say: Callable[[str], None] = complain):
        super().__init__()
        self.address = address
        self.threads = threads
        self.say = say

    def __enter__(self) -> Self:
        """Connects; raises RequestError when no scheduler answers, it has no workers, or one differs from here."""
        with contextlib.ExitStack() as stack:
            self._client = stack.enter_context(self._connect(stack))
            self._crew = Crew(self._client, self.threads, own=False, say=self.say)
            stack.callback(self._crew.close)
            self._crew.assemble(
                1,
                JOIN_SECONDS,
                f"the Dask scheduler at '{self.address}' has no worker that is free: "
                f"start some with `dask worker {self.address} --nthreads 1`",
            )
            self._stack = stack.pop_all()
        return self

    def _connect(self, stack: contextlib.ExitStack) -> Any:
        import distributed
        from distributed.utils import silence_logging_cmgr

        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        try:
            with warnings.catch_warnings(action="ignore", category=distributed.versions.VersionMismatchWarning):
                return distributed.Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise RequestError(
                f"no Dask scheduler answers at '{self.address}': start one with `dask scheduler`, "
                "and name the address that it prints, such as tcp://host:8786"
            ) from error


def pickled(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """Work as bytes; raises RequestError for what cannot leave this process."""
    try:
        return cloudpickle.dumps((function, arguments))
    except Exception as error:  # any object of the user's may refuse, in its own way
        raise RequestError(
            f"the experiment file holds what cannot be sent to a worker ({type(error).__name__}: {error}): "
            "make it inside the task's or the architecture's function, or use --workers 0"
        ) from error


@dataclass(frozen=True)
class Answer:
    """What came back of a piece of work: its result or its error, or that it is lost with its worker.

    `grown`: the worker should be renewed.
    """

    result: Any = None
    error: BaseException | None = None
    grown: bool = False
    lost: bool = False

    @classmethod
    def of(cls, future: Any, seconds: float) -> "Answer":
        """The answer of a future that is done; raises TimeoutError when its result does not come within `seconds`."""
        from distributed import KilledWorker

        if future.status == "error":
            error = future.exception(timeout=seconds)
            return cls(lost=True) if isinstance(error, (KilledWorker, RenewedError)) else cls(error=error)
        if future.status != "finished":
            return cls(lost=True)
        result, grown = future.result(timeout=seconds)
        return cls(result, grown=grown)


SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ": {},
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
}
