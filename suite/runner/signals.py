"""Signals: let running work finish for a while after the first Ctrl-C or SIGTERM; stop at once after the second."""

import _thread
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

PATIENCE_SECONDS = 60.0


class Interruption:
    """A context in which the first signal sets `requested`, and the next one raises KeyboardInterrupt.

    After `patience` seconds without a second signal, KeyboardInterrupt is raised too. `say` prints the message to the
    user. Outside the main thread the context does nothing, because only the main thread receives signals.
    """

    def __init__(self, say: Callable[[str], None], patience: float = PATIENCE_SECONDS):
        self.requested = False
        self.say = say
        self.patience = patience
        self._before: dict[int, Any] = {}
        self._timer = threading.Timer(patience, _thread.interrupt_main)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._accept) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def rest(self) -> None:
        """Cancel the timer that would interrupt, because no work is running any more."""
        self._timer.cancel()

    def __exit__(self, *error: object) -> None:
        self.rest()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _accept(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            signal.default_int_handler(number, frame)  # raises KeyboardInterrupt
        self.requested = True
        self._timer.start()
        self.say(f"interrupted: active runs have up to {self.patience:.0f} s; interrupt again to stop at once")
