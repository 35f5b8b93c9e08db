"""Scores: `python -m suite.scores` prints what both baselines have on every task, as a Markdown table."""

from collections.abc import Iterable

from suite.baselines import measure
from suite.task import TASKS, Task

HEADER = ("task", "family", "metric", "trivial baseline", "", "trained baseline", "", "best possible", "licence")
SEED = 1


def table(names: Iterable[str]) -> str:
    """A row a task by family, with its headline scores on the test split; tasks whose files are not there show none."""
    entries = sorted(map(TASKS.get, names), key=lambda entry: (entry.family, entry.sweep, entry.length))
    rows = [HEADER, ("---",) * len(HEADER), *map(_row, entries)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(entry: Task) -> tuple[str, ...]:
    trivial, trained = _scores(entry)
    best = "not known" if entry.ceiling is None else f"{entry.ceiling:g}"
    named = f"{entry.baseline}", trivial, f"{entry.trained_baseline}", trained
    return (entry.name, entry.family, entry.metric, *named, best, entry.licence)


def _scores(entry: Task) -> tuple[str, str]:
    if entry.availability == "download":
        return "not measured", "not measured"
    found = measure(entry, entry.load(SEED))
    scores = (found[role]["test"][entry.metric] for role in ("baseline", "trained_baseline"))
    trivial, trained = (f"{score:#.3g}" for score in scores)
    return trivial, trained


if __name__ == "__main__":
    print(table(TASKS.names()))
