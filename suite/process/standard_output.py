"""Standard output: what a command with --json or --json-lines prints, and nothing else."""

import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout, suppress
from contextvars import ContextVar
from typing import Any, TextIO

from suite.files.strict_json import finite

OUTPUT, ERROR = 1, 2  # descriptors
_stream: ContextVar[TextIO | None] = ContextVar("stream", default=None)


def print_json(document: Any) -> None:
    """Print a JSON document on standard output. Numbers that are not finite become null."""
    print(json.dumps(finite(document), indent=1, allow_nan=False), file=_stream.get(), flush=True)


def output() -> TextIO:
    """Return the stream for what a command is asked for: standard output as it was before `alone` began."""
    return _stream.get() or sys.stdout


@contextmanager
def alone() -> Generator[None]:
    """Send to standard error whatever is printed while this lasts, but by `print_json` and on `output`.

    That is what a user's task or architecture prints, here and in worker processes, which inherit the descriptor.
    """
    with _standard_output() as stream, redirect_stdout(sys.stderr):
        token = _stream.set(stream)
        try:
            yield
        finally:
            _stream.reset(token)


@contextmanager
def _standard_output() -> Generator[TextIO | None]:
    """Return standard output under another descriptor, which no other code knows, while its own leads elsewhere."""
    if not _is_descriptor(sys.stdout):
        yield sys.stdout
        return
    sys.stdout.flush()
    kept = os.dup(OUTPUT)
    os.dup2(ERROR, OUTPUT)
    try:
        stream = os.fdopen(os.dup(kept), "w", encoding="utf-8")
        try:
            yield stream
        finally:
            with suppress(OSError):  # what could not be written was said when it was printed
                stream.close()
    finally:
        os.dup2(kept, OUTPUT)
        os.close(kept)


def _is_descriptor(stream: TextIO | None) -> bool:
    """Return whether a stream is the process's own standard output, and not what a caller put in its place."""
    try:
        return stream is not None and stream.fileno() == OUTPUT
    except (OSError, ValueError):
        return False
