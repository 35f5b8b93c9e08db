"""Lock: lets only one command at a time write to a results folder, and tells a second one who holds the lock."""

import contextlib
import json
import os
import socket
import tempfile
import threading
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

import psutil

from suite.errors import RequestError
from suite.files.paths import leads_outside
from suite.files.unfinished import ENDING, beginning, sweep
from suite.files.writing import unwritable

NAME = ".lock"
BEAT_SECONDS = 10.0
SILENT_SECONDS = 60.0
LONGEST = 1000  # characters


class Lock:
    """Lock a folder while the context lasts.

    What commands that were killed left unfinished there is removed.

    The operating system releases the lock when this process ends for any reason. Other machines on a shared disk may
    not see that lock, so the holder also touches the lock file every ten seconds, by the disk's clock.
    """

    def __init__(self, root: Path):
        self.root = root
        self.path = root / NAME
        self._stop = threading.Event()
        self._beat = threading.Thread(target=self._live, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Take the lock.

        Raise RequestError with host, process and time if another command holds it, or if a folder leads elsewhere.
        """
        check_inside(self.root)
        self._take()
        while not self._is_in_place():  # the previous holder removed the file in the meantime
            self._file.close()
            self._take()
        self._sign()
        sweep(self.root)  # nobody else writes here now
        self._beat.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._beat.join()
        if self._is_in_place():
            with contextlib.suppress(PermissionError):  # Windows cannot remove an open file; unlocked, it is harmless
                self.path.unlink()
        self._file.close()

    def check(self) -> None:
        """Raise RequestError if the folder was removed, moved or replaced since this command locked it."""
        if not self._is_in_place():
            raise RequestError(
                f"'{self.root}' was removed or moved while this command wrote to it: nothing more is written"
            )

    def _take(self) -> None:
        try:
            self._file = open(self.path, "a+", encoding="utf-8", opener=not_elsewhere)  # noqa: SIM115  # kept open
        except OSError as error:
            raise unwritable(self.path, error) from error
        if not try_lock(self._file) or is_alive_elsewhere(self.path):
            self._file.close()
            raise RequestError(refusal(self.path))

    def _sign(self) -> None:
        since = datetime.now().astimezone().isoformat(" ", timespec="seconds")
        try:
            self._file.truncate(0)
            self._file.write(json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "since": since}))
            self._file.flush()
        except OSError as error:
            self.path.unlink()
            raise unwritable(self.path, error) from error

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def _live(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            with contextlib.suppress(OSError):  # `check` notices a missing folder before the next record is written
                os.utime(self.path)


def check_inside(root: Path) -> None:
    """Raise RequestError if the folder of a task or cell leads outside, where nothing may be written."""
    for path in (*root.glob("*/"), *root.glob("*/*/")):
        if leads_outside(path, root):
            raise RequestError(f"'{path}' leads outside of '{root}': replace the link by what it leads to")


def not_elsewhere(path: str, flags: int) -> int:
    """Open a file, but none that a link leads to: a lock is truncated, and a stranger's folder may contain any link."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)


def try_lock(file: IO[str]) -> bool:
    """Lock an open file until it is closed; return False if another process holds the lock."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(2**30)  # a locked byte cannot be read, so lock one that nobody reads
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks: rely on the heartbeat
        return not is_alive_here(Path(file.name))
    return True


def holder(path: Path) -> dict[str, Any]:
    """Return what a lock file says about its holder (host, pid, since), or {} if it says nothing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")[:LONGEST])
        host, pid, since = (found[name] for name in ("host", "pid", "since"))
        return {"host": f"{host}", "pid": int(pid) % 2**31, "since": f"{since}"}
    except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return {}


def is_alive_elsewhere(path: Path) -> bool:
    """Return whether the lock's holder is on another host and had a recent heartbeat."""
    return holder(path).get("host", socket.gethostname()) != socket.gethostname() and silence(path) < SILENT_SECONDS


def is_alive_here(path: Path) -> bool:
    """Return whether the lock's holder is another running process on this host and had a recent heartbeat."""
    who = holder(path)
    if who.get("host") != socket.gethostname() or who["pid"] == os.getpid():
        return False
    return psutil.pid_exists(who["pid"]) and silence(path) < SILENT_SECONDS


def silence(path: Path) -> float:
    """Return the seconds since the last heartbeat, by the clock of the disk that stores the folder."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=beginning(path), suffix=ENDING) as now:
        return abs(os.fstat(now.fileno()).st_mtime - path.stat().st_mtime)


def refusal(path: Path) -> str:
    """Return a message that says who holds the lock of a folder, and what to do."""
    who = holder(path)
    if not who:
        return f"'{path.parent}' is in use by a command that has just started: wait for it"
    text = f"'{path.parent}' is in use by process {who['pid']} on {who['host']} since {who['since']}: wait, or stop it"
    if who["host"] != socket.gethostname():
        text += f" (its last heartbeat was {silence(path):.0f} s ago; after {SILENT_SECONDS:.0f} s it counts as dead)"
    return text
