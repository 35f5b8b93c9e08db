"""Cluster: the engine that uses the workers of a running Dask scheduler."""

import contextlib
import logging
import socket
import warnings
from collections.abc import Callable
from typing import Any, Self

from suite.errors import RequestError
from suite.runner.engines.dask import OnDask
from suite.runner.engines.engine import complain
from suite.runner.engines.workers import Crew

CONNECT_SECONDS = 10.0
GREETING_SECONDS, LONGEST_GREETING = 4.0, 2**20  # seconds, bytes
# long enough to restart a worker that an earlier command left behind
JOIN_SECONDS = 30.0


def greeted(host: str, port: int) -> None:
    """Raise OSError unless a Dask process greets whoever connects, with a message that says how long it is.

    Dask itself would wait a minute for a server that says nothing, and reserve as much memory as rubbish asks for.
    """
    with socket.create_connection((host, port), GREETING_SECONDS) as connection:
        connection.settimeout(GREETING_SECONDS)
        size = connection.recv(8, socket.MSG_WAITALL)
    if len(size) < 8 or not 0 < int.from_bytes(size, "little") < LONGEST_GREETING:
        raise ConnectionError("it is no Dask scheduler")


class Cluster(OnDask):
    """Uses the workers of a running Dask scheduler, on any machine; `say` reports each worker that cannot be used."""

    def __init__(self, address: str, threads: int, say: Callable[[str], None] = complain):
        super().__init__()
        self.address = address
        self.threads = threads
        self.say = say

    def __enter__(self) -> Self:
        """Connect; raise RequestError if no scheduler answers, no worker is free, or a worker has other versions."""
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
        import distributed.versions
        from distributed.comm import get_address_host_port
        from distributed.utils import silence_logging_cmgr

        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        try:
            host, port = get_address_host_port(self.address)  # a client without an address complains when it is deleted
            if self.address.startswith("tcp:") or "://" not in self.address:
                greeted(host, port)
            with warnings.catch_warnings(action="ignore", category=distributed.versions.VersionMismatchWarning):
                return distributed.Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            secret = ", and give Dask its certificates (docs/cluster.md)" if self.address.startswith("tls:") else ""
            raise RequestError(
                f"no Dask scheduler answers at '{self.address}': start one with `dask scheduler`, "
                f"and name the address that it prints, such as tcp://host:8786{secret}"
            ) from error
