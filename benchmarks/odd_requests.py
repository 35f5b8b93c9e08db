"""Gives every command odd requests: values, paths and environments that nobody expects.

Each has to end with a status of 0, 1 or 2, without a traceback, and a refusal within ten seconds and with one line of
at most 300 characters on standard error. The options come from the parser, so that new ones are tried, too. Most
requests are carried out in this process; `--processes` of them in one of their own, where standard streams are closed
or full, or variables are odd. Requests that would train, download or open a connection stop there: they take long, even
if they are right.
"""

import argparse
import contextlib
import io
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

from invented import write_results

from suite import cli
from suite.errors import LONGEST

SECONDS, STATUSES = 10, (0, 1, 2)
STUDY = 'from suite import Experiment\nexperiment = Experiment(["adding-5"], ["gru"], trials=2, epochs=1, seeds=1)\n'
ODD = [
    "", " ", "x" * 5000, "x/" * 3000, "\ud800", "-1", "0", "1", "2.5", "1e999", "nan", "-inf", "9" * 400, "\u0661",
    "\x00", "a\nb", "../../..", "/dev/null", "/dev/full", "/dev/zero", "/proc/self/mem", "/proc/nothing/x", "~nobody/x",
    "$HOME", "*", "{}", "'", '"', "--", "-", "\U0001f995" * 100, "a/b/c/d", "%s%n", "{0}", "\x1b[2J", "tcp://", "tls://[",
    "http://[::1", "a,b,,c", ",", "all", "none", "failed", "True", "null", "adding-50", "adding--1",
    "adding-" + "9" * 30, "adding-5@0w", "adding-5@9e9w", "lstm", "[]",
]  # fmt: skip
PLACES = [
    "sound", "sound/task-000", "sound/experiment.json", "sound/task-000/architecture-0", "empty", "foreign", "file",
    "loop", "pipe", "socket", "folder.py", "bytes.py", "broken.py", "study.py", "nothing.py", "missing", "long.py",
    "table.csv", "empty.csv", "deep.json", "sound/report", "/", "/proc", "/dev/null", ".", "..",
]  # fmt: skip
LIKELY = ["sound", "sound", "study.py", "table.csv", "sound/task-000/architecture-0", "adding-5", "1"]
ENVIRONMENTS: list[dict[str, str]] = [
    {"MPLCONFIGDIR": "/dev/null/x"}, {"MPLBACKEND": "no-such"}, {"TZ": "Nowhere/Odd"}, {"TZ": "\x7f" * 300},
    {"LANG": "xx_YY", "LC_ALL": "xx_YY"}, {"LC_ALL": "C"}, {"HOME": "/nonexistent"}, {"HOME": ""},
    {"PYTHONPATH": "/dev/null"}, {"SUITE_DATA": "/dev/null"}, {"SUITE_DATA": "\udcff"}, {"XDG_CACHE_HOME": "/dev/null"},
    {"TMPDIR": "/nonexistent"},
    {"COLUMNS": "-1"}, {"COLUMNS": "9" * 30}, {"COLUMNS": "x"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONOPTIMIZE": "2"},
    {"PYTHONUTF8": "0", "LC_ALL": "POSIX"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "TERM": ""}, {"PYTHONHASHSEED": "0"},
    {"KERAS_BACKEND": "no-such"}, {"CUDA_VISIBLE_DEVICES": "x"}, {"OMP_NUM_THREADS": "-1"}, {"PYTHONSAFEPATH": "1"},
]  # fmt: skip


def main() -> None:
    """Print the requests that end as they must not, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("requests", 300), ("processes", 40), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    rng, ends, faults = random.Random(chosen.seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as temporary, contextlib.chdir(temporary):
        prepare(Path(temporary))
        for number in range(chosen.requests):
            words = request(rng)
            carried_out = apart if number < chosen.processes else here
            status, said, seconds = carried_out(words, rng)
            fault = wrong(status, said, seconds)
            ends[f"{words[0]}: {status}"] += 1
            faults += bool(fault)
            if fault:
                print(f"--- {[word[:60] for word in words]}: {fault} {said[:1500]}", flush=True)
    print(", ".join(f"{count} x {end}" for end, count in sorted(ends.items())))
    print(f"{ends.total()} requests, {chosen.processes} of them in processes of their own, {faults} faults")


def prepare(place: Path) -> None:
    """Write a study, and what a path may lead to in place of one."""
    write_results(place / "sound", 2, 2, 13, 2)
    for folder in ("empty", "foreign", "folder.py"):
        (place / folder).mkdir()
    (place / "foreign" / "package.json").write_text('{"name": "other"}')
    (place / "foreign" / "experiment.json").write_text('["other"]')
    (place / "study.py").write_text(STUDY)
    (place / "broken.py").write_text("experiment = (\n")
    (place / "nothing.py").write_text("raise ValueError('x' * 10**6)\n")
    (place / "long.py").write_text(f"{'x' * 10**6} = 1\n")
    (place / "bytes.py").write_bytes(bytes(range(256)) * 100)
    (place / "file").write_bytes(b"\x00" * 100)
    (place / "table.csv").write_text("x,y\n" + "1,2\n" * 50)
    (place / "empty.csv").touch()
    (place / "deep.json").write_text("[" * 10**5)
    (place / "loop").symlink_to("loop")
    os.mkfifo(place / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")


def request(rng: random.Random) -> list[str]:
    """Return the words of a request: a command, its arguments, and options with values, most of them odd."""
    actions = cli.parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    name = rng.choice(sorted(actions))
    words = [name]
    for action in actions[name]._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        if not action.option_strings:
            count = {None: 1, "?": rng.randint(0, 1)}.get(action.nargs, rng.randint(0, 3))
            words += [rng.choice(rng.choice([LIKELY, PLACES, ODD])) for _ in range(count)]
        elif rng.random() < 0.15:
            option = rng.choice(action.option_strings)
            words += [option] if action.nargs == 0 else [option, rng.choice(rng.choice([LIKELY, PLACES, ODD]))]
    if rng.random() < 0.1:
        words.append(rng.choice(["--no-such", "-x", "--help=1", *ODD]))
    return words


def here(words: list[str], rng: random.Random) -> tuple[int, str, float]:
    """Carry out a request in this process; return its status, what it said on standard error, and its seconds."""
    out, err, begun = io.StringIO(), io.StringIO(), time.monotonic()
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(6 * SECONDS)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.ExitStack() as patched:
        for what, instead in INSTEAD.items():
            patched.enter_context(mock.patch(what, instead))
        try:
            status = cli.main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
        except BaseException:
            status = -1
            err.write(traceback.format_exc())
    signal.alarm(0)
    return status, err.getvalue(), time.monotonic() - begun


def _late(*_: Any) -> NoReturn:
    raise TimeoutError("it did not end")


def _not_carried_out(*_: Any, **__: Any) -> NoReturn:
    raise cli.RequestError("right, but not carried out here")


# what would take long although it is right
INSTEAD: dict[str, Callable[..., Any]] = {
    "suite.runner.runner.make_engine": _not_carried_out,
    "suite.runner.dry_run.make_engine": _not_carried_out,
    "urllib.request.urlopen": _not_carried_out,
}


def apart(words: list[str], rng: random.Random) -> tuple[int, str, float]:
    """Carry out a request that trains nothing in a process of its own, in an odd environment."""
    while words[0] in ("run", "fetch", "check", "verify", "predict"):
        words[:] = request(rng)
    words[:] = [word.replace("\x00", "\x01").replace("\ud800", "\udcff") for word in words]
    environment = os.environ | rng.choice(ENVIRONMENTS)
    begun, command = time.monotonic(), [sys.executable, "-m", "suite", *words]
    way: dict[str, Any] = {"stderr": subprocess.PIPE, "timeout": 6 * SECONDS} | rng.choice(WAYS)
    try:
        with Path("/dev/full").open("wb") as full:
            streams = {name: full if value == "full" else value for name, value in way.items()}
            done = subprocess.run(command, env=environment, **streams)
    except subprocess.TimeoutExpired:
        return -1, "it did not end", time.monotonic() - begun
    return done.returncode, done.stderr.decode("utf-8", "replace"), time.monotonic() - begun


def _few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))


# what becomes of the standard streams and the limits of a process
WAYS: list[dict[str, Any]] = [
    {"stdout": "full"}, {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}, {"stdout": subprocess.PIPE},
    {"stdout": subprocess.PIPE, "preexec_fn": lambda: os.close(1)},
    {"stdout": subprocess.PIPE, "preexec_fn": lambda: os.close(0)},
    {"stdout": subprocess.PIPE, "preexec_fn": _few_files},
]  # fmt: skip


def wrong(status: int, said: str, seconds: float) -> str:
    """Return what is wrong with how a request ended; "" if nothing is."""
    lines = said.splitlines()
    if status not in STATUSES or "Traceback" in said:
        return f"status {status}"
    if status == 2 and seconds > SECONDS:
        return f"{seconds:.0f} seconds"
    if cli.FAULT in said:
        return "a fault of the suite"
    if status == 2 and len(lines) != 1:
        return f"{len(lines)} lines"
    if any(len(line) > LONGEST + len("suite: ") for line in lines):
        return "a long line"
    return ""


if __name__ == "__main__":
    main()
