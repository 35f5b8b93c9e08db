"""Workers: watch which workers of a Dask cluster can be used, and find out why workers died."""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite import backend
from suite.errors import RequestError
from suite.results.statuses import Status
from suite.runner.engines.engine import Death, complain
from suite.runner.engines.worker import comparable, end_worker, introduce

STARTS = 3  # how often all workers may die while they start
LOOK_SECONDS = 0.3
ANSWER_SECONDS = 5.0
CAUSE_SECONDS = 15.0
MEMORY_TOPIC = "worker-restart-memory"


@dataclass(frozen=True)
class Member:
    """A living worker process. `id`: its local folder, which is unique to the process, unlike its address."""

    id: str
    address: str
    pid: int


class Crew:
    """Watches the workers in a thread, so that the runner never waits for one of them.

    A worker becomes a member once it has introduced itself with the same versions as this process. `own`: whether this
    command started the workers; see `introduce`. `say` reports each worker that cannot be used.
    """

    def __init__(self, client: Any, threads: int, own: bool, say: Callable[[str], None] = complain):
        self.client = client
        self.threads = threads
        self.say = say
        self.own = own
        self._members: dict[str, Member] = {}
        self._shunned: set[str] = set()
        self._silent: set[str] = set()  # the ids of those that did not introduce themselves when they were asked to
        self._fallen: set[str] = set()  # of these, those that are gone
        self._busy = False
        self._unexplained: dict[Member, float] = {}
        self._deaths: dict[str, Death] = {}
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)

    def assemble(self, count: int, seconds: float, otherwise: str) -> None:
        """Wait for `count` workers, for `seconds` or while workers are busy; then start the watching thread.

        Raise RequestError if a worker cannot be used, if all die again and again, and with the message `otherwise` if
        no worker joined.
        """
        until, announced = time.monotonic() + seconds, False
        while len(self._members) < count and (self._busy or time.monotonic() < until):
            if len(self._fallen) >= STARTS * count:
                otherwise = dying(count)
                break
            differing = self.look()
            if differing:
                raise RequestError(differing[0])
            if self._busy and not announced:
                self.say("the workers are still busy with another command's work: waiting for it to end")
                announced = True
            time.sleep(LOOK_SECONDS / 3)
        if not self._members:
            raise RequestError(otherwise)
        self._thread.start()

    def close(self) -> None:
        """Stop the watching thread."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def members(self) -> dict[str, Member]:
        """The living workers: id -> member."""
        return self._members

    def death(self, member: Member) -> Death | None:
        """Return why a worker died; None if it is alive or the cause is not known yet."""
        return self._deaths.get(member.id)

    def end(self, member: Member) -> None:
        """Kill a worker process; its nanny then starts a new one."""
        with self._lock:
            self._shunned.add(member.id)
            self._members = {name: other for name, other in self._members.items() if name != member.id}
        self._ask([member.address], end_worker, member.pid, nanny=True)  # the worker may have died meanwhile

    def look(self) -> list[str]:
        """Update the members, and return one message for each new worker that cannot be used."""
        # avoid `client.scheduler_info`: a timer of the client may empty its answer meanwhile
        infos = self.client.sync(self.client.scheduler.identity, n_workers=-1)["workers"]
        living = {info["local_directory"]: address for address, info in infos.items()}
        with self._lock:
            gone = [member for name, member in self._members.items() if name not in living]
            self._members = {name: member for name, member in self._members.items() if name in living}
            self._shunned |= {member.id for member in gone}
        self._fallen = self._silent - living.keys()
        self._unexplained |= {member: time.monotonic() for member in gone}
        known = self._members.keys() | self._shunned
        new = [living[name] for name in living.keys() - known if infos[living[name]]["status"] == "running"]
        self._busy = False
        return self._introduce(new, infos) if new else []

    def _introduce(self, addresses: list[str], infos: dict[str, dict[str, Any]]) -> list[str]:
        answers = self._ask(addresses, introduce, backend.worker_environment(self.threads), self.own)
        versions, differing = comparable(), []
        for address, answer in answers.items():
            name = infos[address]["local_directory"]
            if isinstance(answer, OSError):  # the worker is dying or slow: the next check will tell
                self._silent.add(name)
                continue
            fault = (
                "it has no nanny: leave out --no-nanny" if not infos[address]["nanny"] else objection(answer, versions)
            )
            if fault:
                self._shunned.add(name)
                differing.append(f"the worker {address} cannot be used: {fault}")
                continue
            if answer["busy"]:  # the worker still does the work of a killed command
                self._busy = True
                continue
            member = Member(name, address, answer["pid"])
            if answer["threads"] not in (None, self.threads):
                self.end(member)
                continue
            with self._lock:
                self._members = self._members | {name: member}
        return differing

    def _ask(
        self, addresses: list[str], function: Callable[..., Any], *arguments: Any, nanny: bool = False
    ) -> dict[str, Any]:
        """Call a function on these workers, or on their nannies, and return address -> result or exception.

        A worker that does not answer within ANSWER_SECONDS gets a TimeoutError; Dask itself would wait half a minute.
        """

        async def ask(address: str) -> Any:
            asked = self.client.run(function, *arguments, workers=[address], nanny=nanny, on_error="return")
            return (await asyncio.wait_for(asked, ANSWER_SECONDS))[address]

        async def ask_all() -> list[Any]:
            return await asyncio.gather(*map(ask, addresses), return_exceptions=True)

        return dict(zip(addresses, self.client.sync(ask_all), strict=True))

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            # if the scheduler does not answer, the engine learns it from the client's status
            with contextlib.suppress(OSError):
                for fault in self.look():
                    self.say(fault)
                if self._unexplained:
                    self._explain()

    def _explain(self) -> None:
        memory = {(event["worker"], event["pid"]): event for _, event in self.client.get_events(MEMORY_TOPIC) or ()}
        logs = self.client.get_worker_logs(nanny=True)
        for member, since in [*self._unexplained.items()]:
            died_of_memory = memory.get((member.address, member.pid))
            lines = [line for address, log in logs.items() if host(address) == host(member.address) for line in log]
            cause = last_words(member.pid, [text for _, text in lines])
            if died_of_memory:
                held = f"it held {died_of_memory['rss'] >> 20} MB"
                death = Death(Status.OUT_OF_MEMORY, f"the worker process passed its memory limit: {held}")
            elif cause:
                death = Death(Status.KILLED, f"the worker process {cause}")
            elif time.monotonic() - since > CAUSE_SECONDS:
                death = Death(Status.KILLED, "the worker process is gone, and its nanny does not say why")
            else:
                continue
            self._deaths[member.id] = death
            del self._unexplained[member]


def dying(count: int) -> str:
    """Return what to say of `count` workers that died while they started."""
    return f"worker processes died {STARTS} times while starting; is there enough memory for {count} of them?"


def objection(answer: Any, versions: dict[str, str]) -> str | None:
    """Return why a worker with this answer cannot be used; None if it has the same `versions`."""
    if isinstance(answer, Exception):
        return f"it does not have this version of sequence-suite ({type(answer).__name__}: {answer})"
    differing = [
        f"{name} {answer['versions'].get(name)} there, {version} here"
        for name, version in versions.items()
        if answer["versions"].get(name) != version
    ]
    return ", ".join(differing) + ": install the same versions" if differing else None


def host(address: str) -> str:
    """Return the host part of a worker's address."""
    return address.rpartition(":")[0]


def last_words(pid: int, log: list[str]) -> str | None:
    """Return how a process ended according to its nanny's log, such as "was killed by signal 9"; None if unknown."""
    found = (re.search(rf"Worker process {pid} (.+)", line) for line in log)
    return next((match.group(1) for match in found if match), None)
