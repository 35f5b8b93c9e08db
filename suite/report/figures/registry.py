"""Registry: every kind of figure with all that a page says about it; declared by `@figure` on what draws it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from suite.report.figures.style import THEME
from suite.results.results import Results

Draw = Callable[[Results, Sequence[str]], Figure]
Level = Literal["overall", "task", "sweep", "search", "cost"]
EVERYTHING = ""  # the one subject of a figure over all tasks


@dataclass(frozen=True)
class FigureKind:
    """A kind of figure.

    `name`: that of `results.plot.NAME`. `draw`: (results, subjects) -> figure. `file`: how the names of its files
    begin. `level`: its place on the page, and so its subjects: tasks, sweeps, or EVERYTHING. `fits`: (results, subject)
    -> whether there is something to draw. `words`: (results, subject) -> a sentence about what can be seen. `role`: of
    the runs that it shows. `together`: how many subjects share a figure.
    """

    name: str
    draw: Draw
    file: str
    title: str
    caption: str
    level: Level
    fits: Callable[[Results, str], bool]
    words: Callable[[Results, str], str]
    role: str = "final"
    together: int = 1

    def subjects(self, results: Results, tasks: Sequence[str]) -> list[str]:
        """What it can be drawn of, given these tasks."""
        if self.level == "overall":
            chosen = [EVERYTHING]
        elif self.level == "sweep":
            swept = (facts.sweep for task in tasks if (facts := results.task(task)).length)
            chosen = [name for name in dict.fromkeys(swept) if name]
        else:
            chosen = list(tasks)
        return [subject for subject in chosen if self._fits(results, subject)]

    def _fits(self, results: Results, subject: str) -> bool:
        """Whether there is something to draw; where that fails, the attempt to draw reports why."""
        try:
            return self.fits(results, subject)
        except Exception:
            return True

    def tasks(self, results: Results, subjects: Sequence[str]) -> list[str]:
        """The tasks whose runs a figure of these subjects shows."""
        if self.level == "overall":
            return results.counted
        if self.level == "sweep":
            return [task for task in results.task_names if results.task(task).sweep in subjects]
        return list(subjects)


FIGURES: dict[str, FigureKind] = {}


def figure(title: str, caption: str, file: str = "", **fields: Any) -> Callable[[Draw], Draw]:
    """Register the decorated function as a figure, drawn in the theme; `fields`: the others of `FigureKind`."""

    def register(function: Draw) -> Draw:
        draw: Draw = mpl.rc_context(THEME)(function)
        name: str = function.__name__  # ty: ignore[missing-attribute]  # a function has one
        FIGURES[name] = FigureKind(name, draw, file or name.replace("_", "-"), title, caption, **fields)
        return draw

    return register
