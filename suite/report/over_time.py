"""Over time: whether other days might change the outcome, for a series that is the same for every seed."""

from suite.analysis.block_bootstrap import RESAMPLES
from suite.analysis.over_time import by_dates, superior
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number, several

SKILL = " of skill"


def other_days(results: Results, task: str) -> list[str]:
    """Return a sentence for every two architectures, and one on whether any beats the trivial baseline."""
    sentences = []
    for one in by_dates(results, [task]).to_dict("records"):
        found = interval(Estimate(one["difference"], one["low"], one["high"], one["dates"]), SKILL)
        sentences.append(
            f"On other days instead of with other seeds, {one['first']} minus {one['second']}: {found}, n dates (block "
            "bootstrap)."
        )
    for one in superior(results, [task]).dropna(subset="p").to_dict("records"):
        p = f"p = {number(one['p'])}" if one["p"] > 0 else f"p < {number(1 / RESAMPLES)}"
        sentences.append(
            f"Whether any of {several(one['models'], 'architecture')} beats the trivial baseline on other days, all "
            f"tested together: {p} (superior predictive ability, Hansen 2005)."
        )
    return sentences
