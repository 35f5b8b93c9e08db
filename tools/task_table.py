"""Task table: `python tools/task_table.py FILE [TASK ...]` writes the scores of baselines on every task into a page.

With names of tasks, only these are measured, and the other rows of the page stay as they are.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from suite.tasks.description import fitted, measured
from suite.tasks.task import TASKS, Task
from suite.tasks.trained_baselines import names as trained_names

HEADER = (
    "task", "family", "training examples", "steps", "metric",
    "trivial baseline", "score", "best rival", "score", "best possible", "licence",
)  # fmt: skip
BEGIN, END = "<!-- tasks: written by `make tasks` -->", "<!-- end of tasks -->"
SEED = 1


def table(names: Iterable[str], known: Mapping[str, str] | None = None) -> str:
    """Return one row per task, by family, with headline scores on the test split, unless its files are missing.

    The best rival is the trained baseline with the best validation score. `known`: task -> a row to use as it is.
    """
    entries = sorted(map(TASKS.get, names), key=lambda entry: (entry.family, entry.sweep, entry.length))
    head = [_line(HEADER), _line(("---",) * len(HEADER))]
    return "\n".join([*head, *((known or {}).get(entry.name) or _line(_row(entry)) for entry in entries)])


def rows(path: Path) -> dict[str, str]:
    """Return task -> row of the table in a file."""
    lines = path.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip().splitlines()
    return {line.split()[1]: line for line in lines[2:]}


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(path: Path, content: str) -> None:
    """Replace the text between the marks of a file."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n\n{content}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _row(entry: Task) -> tuple[str, ...]:
    size, trivial, rival, trained = _scores(entry)
    best = "not known" if entry.ceiling is None else f"{entry.ceiling:g}"
    named = f"{entry.baseline}", trivial, rival, trained
    return (entry.name, entry.family, *size, entry.metric, *named, best, entry.licence)


def _scores(entry: Task) -> tuple[tuple[str, str], str, str, str]:
    """Return training examples and time steps, the trivial baseline's score, the best rival and its score."""
    if entry.availability == "download":
        return ("not measured",) * 2, "not measured", " or ".join(trained_names(entry)), "not measured"
    data = entry.load(SEED)
    examples, steps = data.train[0].shape[:2]
    baselines = fitted(entry, data)
    found = measured(entry, data, baselines)
    scores = (found[role]["test"][entry.metric] for role in ("baseline", "trained_baseline"))
    trivial, trained = (f"{score:#.3g}" for score in scores)
    return (f"{examples}", f"{steps}"), trivial, f"{baselines.best}", trained


if __name__ == "__main__":
    page, chosen = Path(sys.argv[1]), sys.argv[2:] or TASKS.names()
    write(page, table(TASKS.names(), {name: row for name, row in rows(page).items() if name not in chosen}))
