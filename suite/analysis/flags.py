"""Flags: find handicaps that the runs which decide about an architecture share, and that may explain a verdict."""

from collections import Counter

import pandas as pd

from suite.analysis.replicates import own_runs
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import chance

HANDICAPS = {
    "never-left-start": "never began to learn",
    "still-improving": "was still improving when the budget ended",
    "edge-of-range": "has a learning rate at the edge of its range",
    "unequal": "misses the weight budget by more than 5 %",
    "padding-matters": "answers differently if the same steps are padded otherwise",
    "future-seen": "sees steps that come after the one it predicts",
}
CARRIED = ("edge-of-range", "unequal", "padding-matters", "future-seen")  # flags that records carry


def handicaps(results: Results, task: str, *architectures: str) -> tuple[str, ...]:
    """Return a phrase for each handicap that applies to the runs that decide about an architecture.

    A handicap applies if the run that a search chooses has it with a chance above one half. Where final runs decide,
    most of them must have it.
    """
    what = "the chosen run" if own_runs(results, task).role == "trial" else "the network"
    return tuple(
        f"{results.the(name)}: in {share_of_runs(results, task, share)} {what} {HANDICAPS[flag]}"
        for name in architectures
        for flag, share in shares(results, task, name).items()
        if share > 0.5
    )


def share_of_runs(results: Results, task: str, share: float) -> str:
    """Return a share of the runs that decide about an architecture as text, as in "80 % of searches"."""
    return f"{chance(share)} of {'searches' if own_runs(results, task).role == 'trial' else 'final runs'}"


@remember()
def shares(results: Results, task: str, architecture: str) -> dict[str, float]:
    """Return handicap -> chance that the run chosen by a search has it."""
    found = own_runs(results, task)
    chances = found.chances(architecture)
    runs = results.by_role(task, found.role, architecture).set_index("index")
    runs = runs[runs["score"].notna()]
    chances = chances.reindex(runs.index).fillna(0.0)
    total = chances.sum()
    if not total:
        return {}
    return {flag: float(chances[has].sum() / total) for flag, has in _flagged(runs, results.margin).items()}


def _flagged(runs: pd.DataFrame, margin: float) -> dict[str, pd.Series]:
    """Return handicap -> which runs have it.

    A run was still improving if the last fifth of its epochs gained more than the margin in validation skill. It never
    began to learn if its training loss stayed that of a constant prediction and its best validation skill did not
    exceed the margin.
    """
    stuck = ~runs["left_start"].astype(bool) & (runs["validation_skill"] <= margin)
    carried = {flag: runs["flags"].map(lambda flags, flag=flag: flag in flags) for flag in CARRIED}
    return {"never-left-start": stuck, "still-improving": runs["late_gain"] > margin} | carried


def flagged(results: Results, task: str, architecture: str, role: str = "final") -> tuple[Counter[str], int]:
    """Return the number of scored runs that carry each stored flag, and the number of all scored runs."""
    return results.flags.get((task, architecture, role), (Counter(), 0))
