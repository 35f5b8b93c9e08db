"""Figure plan: which figures a report contains, which tasks they show, and the names of their files."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from suite import environment
from suite.report.figures import FIGURES
from suite.report.figures.registry import EVERYTHING, WHOLE, FigureKind
from suite.report.figures.style import MATPLOTLIB
from suite.report.findings import presented
from suite.results.results import Results
from suite.text import file_name

MOST_TASKS = 40  # with more, the report has only figures over all tasks; `results.plot` draws the others


@dataclass(frozen=True)
class Sketch:
    """A figure to draw: its kind and its subjects; `suffix` tells its files from others of the same kind."""

    kind: FigureKind
    results: Results
    subjects: Sequence[str]
    suffix: str

    @property
    def name(self) -> str:
        """The name of its files, without the ending."""
        return file_name(self.kind.file, self.suffix) if self.suffix else self.kind.file

    @cached_property
    def part(self) -> Results:
        """The part of the results that the figure shows."""
        return self.results.only(self.kind.tasks(self.results, self.subjects), self.kind.role)

    @cached_property
    def key(self) -> str:
        """SHA-256 hash of all that the figure depends on: its data, the suite's code and matplotlib's version."""
        shown = [self.part.checksum(task) for task in self.part.task_names]
        made = (self.kind.name, environment.code(), MATPLOTLIB, *self.part.experiment.titles.values())
        parts = [*made, *self.part.architectures, "", *self.subjects, str(self.results.experiment.best_of), *shown]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def sketches(results: Results) -> list[Sketch]:
    """Return every figure of the report, grouped by task so that the predictions of a task are read only once."""
    found = [one for kind in FIGURES.values() for one in _of_kind(results, kind)]
    order = {name: place for place, name in enumerate(results.task_names)}
    return sorted(found, key=lambda one: order.get(one.subjects[0], -1) if one.kind.level == "task" else -1)


def undrawn(results: Results) -> list[tuple[str, str]]:
    """Return (title, Python call) for each kind of figure that is left out because there are too many tasks."""
    if not _too_many(results):
        return []
    left_out = [kind for kind in FIGURES.values() if kind.level not in WHOLE]
    return [(one.title, f"results.plot.{one.name}({'SWEEP' if one.level == 'sweep' else 'TASK'})") for one in left_out]


def _too_many(results: Results) -> bool:
    return len(results.task_names) > MOST_TASKS


def _of_kind(results: Results, kind: FigureKind) -> Iterator[Sketch]:
    if kind.level not in WHOLE and _too_many(results):
        return
    tasks = results.counted if kind.level in ("cost", "sweep") else presented(results)
    subjects = kind.subjects(results, tasks)
    for start in range(0, len(subjects), kind.together):
        chosen = subjects[start : start + kind.together]
        several = str(start // kind.together or "")
        yield Sketch(kind, results, chosen, several if kind.together > 1 or chosen == [EVERYTHING] else chosen[0])
