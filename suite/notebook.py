"""Notebook: what `suite.run` and `suite.load` return: results as data frames, comparisons, claims and figures."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from suite.analysis import explanations
from suite.analysis.comparisons import contrasted
from suite.claims import judge
from suite.claims.tables import frame
from suite.errors import RequestError, closest, closest_keyword
from suite.results.folders import store_of
from suite.results.results import Results
from suite.text import listed, several

if TYPE_CHECKING:  # only drawing needs matplotlib, and only running needs the rest
    from matplotlib.figure import Figure

    from suite.experiment.experiment import Experiment
    from suite.runner.progress import Progress


@closest_keyword
def run(
    experiment: "Experiment | str | Path",
    results: str | Path = "results",
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tasks: Sequence[str] | None = None,
    architectures: Sequence[str] | None = None,
    redo: str | None = None,
    hours: float | None = None,
    reuse: str | None = None,
    until_decided: bool = False,
    at_most_trials: int | None = None,
    progress: "Progress | None" = None,
) -> "Study":
    """Run or continue an experiment, or the experiment in a file, and return its results, as `load` does.

    The results are stored in `results/<experiment>`. A notebook shows one bar.
    `workers`: number of worker processes, one per core by default; 0 runs everything in this process. `scheduler`:
    address of a Dask scheduler whose workers are used instead. `tasks`, `architectures`: run only these cells.
    `redo`: "stale" sets aside and repeats runs whose settings have changed, "failed" repeats failed runs. `hours`: time
    limit; the cells then take turns, and with `workers=0` a run that has begun still finishes. `reuse`: another results
    folder, whose records with an equal spec are adopted. `until_decided`: grant a task more trials while verdicts are
    open, at most `at_most_trials` for each cell; see `suite.experiment.looks`. `progress`: shows what happens instead
    of the bar. Raise RequestError for an invalid request, before anything is written.
    """
    from suite.runner.options import RunOptions
    from suite.runner.runner import execute

    options = RunOptions(
        workers, scheduler, tasks, architectures, redo, hours, reuse, until_decided, at_most_trials
    )  # fmt: skip
    return Study(execute(experiment, results, options, progress))


@closest_keyword
def load(directory: str | os.PathLike) -> "Study":
    """Load the results in a folder such as `results/<experiment>`; raise RequestError if there are none."""
    return Study(store_of(directory))


class Study(Results):
    """The results of an experiment, for use in a notebook; `suite.results.results.Results` documents the frames."""

    def __repr__(self) -> str:
        """Summarise the results in one line: the numbers of tasks, architectures, runs and failed runs."""
        return f"<Results of '{self._name}': {self._extent}>"

    def _repr_html_(self) -> str:
        """Return the answer and the first figure of the report as HTML that needs no other file."""
        from suite.report.card import card

        return card(self, self._name, self._extent)

    @property
    def _name(self) -> str:
        return self.experiment.name or self.store.root.name

    @property
    def _extent(self) -> str:
        failed = int((self.runs["status"] != "ok").sum())
        held = (several(len(self.task_names), "task"), several(len(self.architectures), "architecture"))
        return f"{listed([*held, several(len(self.runs), 'run')])}, {failed} failed"

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

    def explanations(self) -> pd.DataFrame:
        """Return how much skill the models to use lose when inputs are changed; see `suite.analysis.explanations`."""
        return explanations.frame(self)

    @property
    def plot(self) -> "Plots":
        """The figures of the report, as methods that draw them: `results.plot.scores()`."""
        return Plots(self)


class Plots:
    """The figures of the report, as methods that draw them: `results.plot.scores("adding-50")`.

    Each method takes the names of the tasks to draw (`lengths` and `skill_by_budget` take sweeps) and returns a
    matplotlib figure, which a notebook shows. Without names, it draws every task or sweep that has data for this
    figure. `dir(results.plot)` lists the methods.
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
