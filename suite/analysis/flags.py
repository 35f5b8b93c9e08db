"""Flags: find handicaps that the runs which decide about an architecture share, and that may explain a verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from suite.analysis.replicates import own_runs
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import chance


class Handicap(NamedTuple):
    """What a handicap is, as said of a run, and what would remove it."""

    phrase: str
    cure: str


HANDICAPS = {
    "never-left-start": Handicap("never began to learn", "longer training"),
    "still-improving": Handicap("was still improving when the budget ended", "longer training"),
    "edge-of-range": Handicap("has a learning rate at the edge of its range", "a wider range of learning rates"),
    "unequal": Handicap("misses the weight budget by more than 5 %", "architectures that fit the weight budget"),
    "padding-matters": Handicap(
        "answers differently if the same steps are padded otherwise", "architectures that ignore padding"
    ),
    "future-seen": Handicap("sees steps that come after the one it predicts", "architectures that see no later steps"),
}
CARRIED = ("edge-of-range", "unequal", "padding-matters", "future-seen")  # flags that records carry


def handicaps(results: Results, task: str, *architectures: str) -> tuple[str, ...]:
    """Return a phrase for each handicap that applies to the runs that decide about an architecture.

    A handicap applies if the run that a search chooses has it with a chance above one half. Where final runs decide,
    most of them must have it.
    """
    what = "the chosen run" if own_runs(results, task).role == "trial" else "the network"
    return tuple(
        f"{results.the(name)}: in {share_of_runs(results, task, share)} {what} {HANDICAPS[flag].phrase}"
        for name, flag, share in _prevailing(results, task, architectures)
    )


def cures(results: Results, task: str, *architectures: str) -> tuple[str, ...]:
    """Return what would remove the handicaps of `handicaps`, such as "longer training", each once."""
    return tuple(dict.fromkeys(HANDICAPS[flag].cure for _, flag, _ in _prevailing(results, task, architectures)))


def _prevailing(results: Results, task: str, architectures: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Yield (architecture, handicap, chance that the deciding run has it) for chances above one half."""
    for name in architectures:
        yield from ((name, flag, share) for flag, share in shares(results, task, name).items() if share > 0.5)


def share_of_runs(results: Results, task: str, share: float) -> str:
    """Return a share of the runs that decide about an architecture as text, as in "80 % of searches"."""
    return f"{chance(share)} of {'searches' if own_runs(results, task).role == 'trial' else 'final runs'}"


def shares(results: Results, task: str, architecture: str) -> dict[str, float]:
    """Return handicap -> chance that the run chosen by a search has it."""
    return _shares(results, task).get(architecture, {})


@remember()
def _shares(results: Results, task: str) -> dict[str, dict[str, float]]:
    """Return architecture -> handicap -> chance that the run chosen by a search has it."""
    found = own_runs(results, task)
    runs = results.by_role(task, found.role)
    runs = runs[runs["score"].notna()]
    flagged, names = _flagged(runs, results.margin), runs["architecture"].to_numpy()
    shares = {}
    for name in dict.fromkeys(names):
        own = names == name
        chances = found.chances(name).reindex(runs["index"].to_numpy()[own]).fillna(0.0).to_numpy()
        if total := chances.sum():
            shares[name] = {flag: float(chances[has[own]].sum() / total) for flag, has in flagged.items()}
    return shares


def _flagged(runs: pd.DataFrame, margin: float) -> dict[str, np.ndarray]:
    """Return handicap -> which runs have it.

    A run was still improving if the last fifth of its epochs gained more than the margin in validation skill. It never
    began to learn if its training loss stayed that of a constant prediction and its best validation skill did not
    exceed the margin.
    """
    stuck = ~runs["left_start"].to_numpy(dtype=bool) & (runs["validation_skill"].to_numpy() <= margin)
    carried = {flag: np.array([flag in flags for flags in runs["flags"]], dtype=bool) for flag in CARRIED}
    return {"never-left-start": stuck, "still-improving": runs["late_gain"].to_numpy() > margin} | carried


def flagged(results: Results, task: str, architecture: str) -> tuple[Counter[str], int]:
    """Return the number of scored final runs that carry each stored flag, and the number of all of them."""
    return results.flags.get((task, architecture, "final"), (Counter(), 0))
