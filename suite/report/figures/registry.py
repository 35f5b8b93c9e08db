"""Registry: every kind of figure, registered by the decorator `@figure` on the function that draws it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.figure import Figure

from suite.report.figures.style import THEME
from suite.results.results import Results

Draw = Callable[[Results, Sequence[str]], Figure]
Level = Literal["glance", "overall", "task", "sweep", "search", "cost"]
WHOLE = ("glance", "overall")  # the levels of figures over all tasks
EVERYTHING = ""  # the only subject of a figure over all tasks


@dataclass(frozen=True)
class FigureKind:
    """A kind of figure.

    `name`: the method of `results.plot`. `draw`: (results, subjects) -> figure. `file`: the beginning of its file
    names. `level`: its place on the page, which determines its subjects (tasks, sweeps or EVERYTHING). `fits`:
    (results, subject) -> whether there is something to draw. `words`: (results, subject) -> a sentence that describes
    what can be seen. `role`: the role of the runs that it shows, None for all. `together`: the number of subjects per
    figure. `at_once`: whether the page shows it without unfolding.
    `sweeps`: (results, tasks) -> name -> tasks of the sweeps that a figure of the level "sweep" shows.
    """

    name: str
    draw: Draw
    file: str
    title: str
    caption: str
    level: Level
    fits: Callable[[Results, str], bool]
    words: Callable[[Results, str], str]
    role: str | None = "final"
    together: int = 1
    at_once: bool = False
    sweeps: Callable[[Results, Iterable[str]], dict[str, list[str]]] = Results.over_length

    def subjects(self, results: Results, tasks: Sequence[str]) -> list[str]:
        """Return the subjects with something to draw, given these tasks."""
        if self.level in WHOLE:
            chosen = [EVERYTHING]
        elif self.level == "sweep":
            chosen = list(self.sweeps(results, tasks))
        else:
            chosen = list(tasks)
        return [subject for subject in chosen if self._fits(results, subject)]

    def _fits(self, results: Results, subject: str) -> bool:
        """Return whether there is something to draw; return True on an error, so that drawing reports the reason."""
        try:
            return self.fits(results, subject)
        except Exception:  # damaged records make any error; drawing meets it again, and the page names it
            return True

    def tasks(self, results: Results, subjects: Sequence[str]) -> list[str]:
        """Return the tasks whose runs a figure of these subjects shows."""
        if self.level in WHOLE:
            return results.counted or results.task_names
        if self.level == "sweep":
            swept = self.sweeps(results, results.task_names)
            return [task for name in subjects for task in swept.get(name, ())]
        return list(subjects)


FIGURES: dict[str, FigureKind] = {}


def figure(title: str, caption: str, file: str = "", **fields: Any) -> Callable[[Draw], Draw]:
    """Register the decorated function as a figure in the common theme; `fields` are further fields of `FigureKind`."""

    def register(function: Draw) -> Draw:
        draw: Draw = mpl.rc_context(THEME)(function)
        name: str = function.__name__  # ty: ignore[missing-attribute]  # functions have a name
        FIGURES[name] = FigureKind(name, draw, file or name.replace("_", "-"), title, caption, **fields)
        return draw

    return register
