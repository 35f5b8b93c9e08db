"""Notebook: what `suite.load` gives: the results as frames, with comparisons, claims and figures."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from suite.analysis.comparisons import contrasts
from suite.claims import judge
from suite.claims.tables import frame
from suite.errors import RequestError, closest, closest_keyword
from suite.results.results import Results, store_of
from suite.text import listed, several

if TYPE_CHECKING:  # it draws
    from matplotlib.figure import Figure


@closest_keyword
def load(directory: str | os.PathLike) -> "Study":
    """Return the results in `results/<experiment>`; raise RequestError when there are none."""
    return Study(store_of(directory))


class Study(Results):
    """The results of an experiment for a notebook; the frames are those of `suite.results.results.Results`."""

    def __repr__(self) -> str:
        """Return what they hold, in a sentence."""
        name = self.experiment.name or self.store.root.name
        failed = int((self.runs["status"] != "ok").sum())
        held = (several(len(self.task_names), "task"), several(len(self.architectures), "architecture"))
        return f"<Results of '{name}': {listed([*held, several(len(self.runs), 'run')])}, {failed} failed>"

    def compare(self, first: str, second: str) -> pd.DataFrame:
        """Compare two architectures task by task: skill of `first` minus skill of `second`, paired by seed.

        Columns task, difference, low, high (the joint 95 % interval, which decides), n, verdict (of `first`). Raise
        RequestError for an architecture without results.
        """
        for name in (first, second):
            if name not in self.architectures:
                raise RequestError(f"no architecture '{name}' in these results: {closest(name, self.architectures)}")
        return contrasts(self, first, second)

    def claims(self) -> pd.DataFrame:
        """Return every claim with its verdict, columns as in claims.csv."""
        return frame(judge(self))

    @property
    def plot(self) -> "Plots":
        """The report's figures, each by its name: `results.plot.scores()`."""
        return Plots(self)


class Plots:
    """The figures of the report, by name: `results.plot.scores("adding-50")`.

    Each takes the tasks to draw (`lengths`: the sweeps), by default all that have something to draw, and returns a
    matplotlib figure. `dir(results.plot)` has the names.
    """

    def __init__(self, results: Results):
        self._results = results

    def __dir__(self) -> list[str]:
        """Return the names of the figures."""
        from suite.report.figures import FIGURES

        return list(FIGURES)

    def __getattr__(self, name: str) -> "Callable[..., Figure]":
        """Return what draws a figure; it raises ValueError when there is nothing to draw."""
        if name.startswith("_"):
            raise AttributeError(name)
        from suite.report.figures import FIGURES

        if name not in FIGURES:
            raise AttributeError(f"no figure '{name}': {closest(name, FIGURES)}")
        kind, results = FIGURES[name], self._results

        def plot(*subjects: str) -> "Figure":
            chosen = subjects or kind.subjects(results, results.task_names)
            if not chosen:
                raise ValueError(f"there is nothing to draw for `{name}` in '{results.store.root}'")
            return kind.draw(results, chosen)

        plot.__name__, plot.__doc__ = name, kind.draw.__doc__
        return plot
