"""Notebook: what `suite.load` gives: the results as frames, with comparisons, claims and figures."""

import os
from typing import TYPE_CHECKING

import pandas as pd

from suite.analysis.comparisons import contrasts
from suite.claims import judge
from suite.claims.tables import frame
from suite.errors import RequestError, closest
from suite.results.results import Results, store_of

if TYPE_CHECKING:
    from suite.report.figures import Plots


def load(directory: str | os.PathLike) -> "Study":
    """The results in `results/<experiment>`; raises RequestError when there are none."""
    return Study(store_of(directory))


class Study(Results):
    """The results of an experiment for a notebook; the frames are those of `suite.results.results.Results`."""

    def compare(self, first: str, second: str) -> pd.DataFrame:
        """Two architectures task by task: skill of `first` minus skill of `second`, paired by seed.

        Columns task, difference, low, high (the joint 95 % interval, which decides), n, verdict (of `first`).
        Raises RequestError for an architecture that is not there.
        """
        for name in (first, second):
            if name not in self.architectures:
                raise RequestError(f"no architecture '{name}' in these results: {closest(name, self.architectures)}")
        return contrasts(self, first, second)

    def claims(self) -> pd.DataFrame:
        """Every claim with its verdict, columns as in claims.csv."""
        return frame(judge(self))

    @property
    def plot(self) -> "Plots":
        """The report's figures one by one: `results.plot.scores()`."""
        from suite.report.figures import Plots

        return Plots(self)
