"""Events: report what happens during a run as JSON lines, so that other programs can follow it."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suite.errors import RequestError
from suite.files.strict_json import finite
from suite.process import standard_output
from suite.results.record import Record
from suite.runner.cell_plan import CellPlan

STANDARD_OUTPUT = "-"


class Events:
    """Appends events to `file` without buffering: to standard output if it is "-", nowhere if it is None.

    Raises RequestError if the file cannot be written. If writing fails later (full disk, closed pipe), prints one line
    to standard error, writes no more events, and lets the experiment continue.
    """

    def __init__(self, file: str | None):
        self.file = file
        self._stream: Any = None
        self._output = standard_output.output()
        if file is None or file == STANDARD_OUTPUT:
            return
        path = Path(file)
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            raise RequestError(f"cannot write events to '{file}': name a file in a writable folder")

    def write(self, event: str, **facts: Any) -> None:
        """Write one event as a line {"event": ..., "time": ..., **facts}."""
        if self.file is None:
            return
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds")} | finite(facts)
        try:
            if self._stream is None:
                self._stream = self._open(self.file)
            self._stream.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            print(f"suite: no more events are written to '{self.file}': {error.strerror}", file=sys.stderr)
            self.file = None
            self.close()

    def close(self) -> None:
        """Close the file if it is open."""
        if self._stream:
            self._stream.close()
            self._stream = None

    def _open(self, file: str) -> Any:
        # unbuffered, so that no flush can fail when Python ends
        if file == STANDARD_OUTPUT:
            return os.fdopen(self._output.fileno(), "wb", buffering=0, closefd=False)
        return Path(file).open("ab", buffering=0)


def described(plan: CellPlan, record: Record) -> tuple[str, dict[str, Any]]:
    """Return the name and the content of the event that reports the end of a run."""
    keys = ("id", "task", "architecture", "role", "index", "seed", "attempt", "status")
    facts = {key: getattr(record, key) for key in keys}
    if not record.ok:
        return "run-failed", facts | {"error": record.error}
    metric = plan.cell.task.metric
    score = {"metric": metric, "split": record.split, "score": record.score(metric)}
    return "run-finished", facts | score | {"best": plan.best.score(metric) if plan.best else None}
