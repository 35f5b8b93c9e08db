"""Notebook: the object that `suite.load` returns: results as data frames, comparisons, claims and figures."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from suite.analysis.comparisons import contrasted
from suite.claims import judge
from suite.claims.tables import frame
from suite.errors import RequestError, closest, closest_keyword
from suite.results.results import Results, store_of
from suite.text import listed, several

if TYPE_CHECKING:  # only drawing needs matplotlib
    from matplotlib.figure import Figure


@closest_keyword
def load(directory: str | os.PathLike) -> "Study":
    """Load the results in a folder such as `results/<experiment>`; raise RequestError if there are none."""
    return Study(store_of(directory))


class Study(Results):
    """The results of an experiment, for use in a notebook; `suite.results.results.Results` documents the frames."""

    def __repr__(self) -> str:
        """Summarise the results in one line: the numbers of tasks, architectures, runs and failed runs."""
        name = self.experiment.name or self.store.root.name
        failed = int((self.runs["status"] != "ok").sum())
        held = (several(len(self.task_names), "task"), several(len(self.architectures), "architecture"))
        return f"<Results of '{name}': {listed([*held, several(len(self.runs), 'run')])}, {failed} failed>"

    def compare(self, first: str, second: str) -> pd.DataFrame:
        """Compare two architectures on each task: the expected test skill of `first` minus that of `second`.

        It is the skill of the best of n trials, paired by trial number, or that of final runs, paired by seed; see the
        rules in the report. Return the columns task, difference, low, high (the joint interval, which decides the
        verdict), n and verdict (on `first`). Raise RequestError if an architecture has no results.
        """
        for name in (first, second):
            if name not in self.architectures:
                raise RequestError(f"no architecture '{name}' in these results: {closest(name, self.architectures)}")
        return contrasted(self, first, second)

    def claims(self) -> pd.DataFrame:
        """Return one row per claim with its verdict; the columns are those of claims.csv."""
        return frame(judge(self))

    @property
    def plot(self) -> "Plots":
        """The figures of the report, as methods that draw them: `results.plot.scores()`."""
        return Plots(self)


class Plots:
    """The figures of the report, as methods that draw them: `results.plot.scores("adding-50")`.

    Each method takes the names of the tasks to draw (`lengths` and `skill_by_budget` take sweeps) and returns a
    matplotlib figure. Without names, it draws every task or sweep that has data for this figure. `dir(results.plot)`
    lists the methods.
    """

    def __init__(self, results: Results):
        self._results = results

    def __dir__(self) -> list[str]:
        """Return the names of the figures."""
        from suite.report.figures import FIGURES

        return list(FIGURES)

    def __getattr__(self, name: str) -> "Callable[..., Figure]":
        """Return the function that draws the figure `name`; it raises ValueError if there is nothing to draw."""
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
