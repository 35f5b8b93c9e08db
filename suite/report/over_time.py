"""Days: of a series that is the same for every seed, how far other days might have decided otherwise."""

from suite.analysis.block_bootstrap import RESAMPLES
from suite.analysis.over_time import by_dates, superior
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number, several

SKILL = " of skill"


def other_days(results: Results, task: str) -> list[str]:
    """A sentence for every two architectures, and one whether any of them beats the trivial baseline."""
    said = [
        f"On other days instead of with other seeds, {one.first} minus {one.second}: "
        f"{interval(Estimate(one.difference, one.low, one.high, one.dates), SKILL)}, n dates (block bootstrap)."
        for one in by_dates(results, [task]).itertuples()
    ]
    for one in superior(results, [task]).dropna(subset="p").itertuples():
        p = f"p = {number(one.p)}" if one.p > 0 else f"p < {number(1 / RESAMPLES)}"
        said.append(
            f"Whether any of {several(one.models, 'architecture')} beats the trivial baseline on other days, all "
            f"tested together: {p} (superior predictive ability, Hansen 2005)."
        )
    return said
