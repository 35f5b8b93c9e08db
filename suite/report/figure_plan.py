"""Figure plan: which figures a report has, of which tasks, and what their files are called."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from suite import environment
from suite.report.figures import FIGURES
from suite.report.figures.registry import EVERYTHING, FigureKind
from suite.report.figures.style import MATPLOTLIB
from suite.report.findings import presented
from suite.results.results import Results

MOST_TASKS = 40  # a report on more draws what all tasks say together and leaves the others to `results.plot`


@dataclass(frozen=True)
class Sketch:
    """A figure to draw: one kind, of some subjects; `suffix` tells its files from others of the kind."""

    kind: FigureKind
    results: Results
    subjects: Sequence[str]
    suffix: str

    @property
    def name(self) -> str:
        """How its files are called."""
        return named(self.kind.file, self.suffix) if self.suffix else self.kind.file

    @cached_property
    def part(self) -> Results:
        """The results without the runs that it does not show."""
        return self.results.only(self.kind.tasks(self.results, self.subjects), self.kind.role)

    @cached_property
    def key(self) -> str:
        """sha256 over all that the figure shows, the suite's code and matplotlib's version."""
        shown = [self.part.checksum(task) for task in self.part.task_names]
        made = (self.kind.name, environment.code(), MATPLOTLIB)
        parts = [*made, *self.part.architectures, "", *self.subjects, "", *shown]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def named(*parts: str) -> str:
    """Return a file name for any text: harmless characters, not too long, and no two alike."""
    text = "-".join(parts)
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", text)[:60]
    return plain if plain == text else f"{plain}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def sketches(results: Results) -> list[Sketch]:
    """Return every figure of the report; those of one task follow each other, so that its predictions are read once."""
    found = [one for kind in FIGURES.values() for one in _of_kind(results, kind)]
    order = {name: place for place, name in enumerate(results.task_names)}
    return sorted(found, key=lambda one: order.get(one.subjects[0], -1) if one.kind.level == "task" else -1)


def undrawn(results: Results) -> list[tuple[str, str]]:
    """Return title and Python call of each kind of figure that is left out because there are too many tasks."""
    if not _too_many(results):
        return []
    left_out = [kind for kind in FIGURES.values() if kind.level != "overall"]
    return [(one.title, f"results.plot.{one.name}({'SWEEP' if one.level == 'sweep' else 'TASK'})") for one in left_out]


def _too_many(results: Results) -> bool:
    return len(results.task_names) > MOST_TASKS


def _of_kind(results: Results, kind: FigureKind) -> Iterator[Sketch]:
    if kind.level != "overall" and _too_many(results):
        return
    tasks = results.counted if kind.level in ("cost", "sweep") else presented(results)
    subjects = kind.subjects(results, tasks)
    for start in range(0, len(subjects), kind.together):
        chosen = subjects[start : start + kind.together]
        several = str(start // kind.together or "")
        yield Sketch(kind, results, chosen, several if kind.together > 1 or chosen == [EVERYTHING] else chosen[0])
