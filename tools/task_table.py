"""Task table: `python tools/task_table.py FILE` writes the scores of both baselines on every task into a page."""

import sys
from collections.abc import Iterable
from pathlib import Path

from suite.tasks.description import measure
from suite.tasks.task import TASKS, Task

HEADER = (
    "task", "family", "training examples", "steps", "metric",
    "trivial baseline", "score", "trained baseline", "score", "best possible", "licence",
)  # fmt: skip
BEGIN, END = "<!-- tasks: written by `make tasks` -->", "<!-- end of tasks -->"
SEED = 1


def table(names: Iterable[str]) -> str:
    """Return one row per task, by family, with headline scores on the test split, unless its files are missing."""
    entries = sorted(map(TASKS.get, names), key=lambda entry: (entry.family, entry.sweep, entry.length))
    rows = [HEADER, ("---",) * len(HEADER), *map(_row, entries)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(path: Path, content: str) -> None:
    """Replace the text between the marks of a file."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n\n{content}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _row(entry: Task) -> tuple[str, ...]:
    size, trivial, trained = _scores(entry)
    best = "not known" if entry.ceiling is None else f"{entry.ceiling:g}"
    named = f"{entry.baseline}", trivial, f"{entry.trained_baseline}", trained
    return (entry.name, entry.family, *size, entry.metric, *named, best, entry.licence)


def _scores(entry: Task) -> tuple[tuple[str, str], str, str]:
    """Return training examples and time steps, then the scores of the trivial and the trained baseline."""
    if entry.availability == "download":
        return ("not measured",) * 2, "not measured", "not measured"
    data = entry.load(SEED)
    examples, steps = data.train[0].shape[:2]
    found = measure(entry, data)
    scores = (found[role]["test"][entry.metric] for role in ("baseline", "trained_baseline"))
    trivial, trained = (f"{score:#.3g}" for score in scores)
    return (f"{examples}", f"{steps}"), trivial, trained


if __name__ == "__main__":
    write(Path(sys.argv[1]), table(TASKS.names()))
