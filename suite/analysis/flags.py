"""Flags: find handicaps that most runs of an architecture share and that may explain a verdict."""

from collections import Counter

from suite.results.results import Results

HANDICAPS = {
    "edge-of-range": "have a learning rate at the edge of its range",
    "budget-limited": "were still improving when the budget ended",
    "unequal": "miss the weight budget by more than 5 %",
}


def handicaps(results: Results, task: str, *architectures: str, role: str = "final") -> tuple[str, ...]:
    """Return a phrase, with the number of runs, for each flag on most scored runs of an architecture in a role."""
    found = []
    for architecture in architectures:
        counts, n = flagged(results, task, architecture, role)
        of = f"of {n} {role} runs of {architecture}"
        found += [f"{counts[flag]} {of} {words}" for flag, words in HANDICAPS.items() if counts[flag] > n / 2]
    return tuple(found)


def flagged(results: Results, task: str, architecture: str, role: str = "final") -> tuple[Counter[str], int]:
    """Return the number of scored runs that carry each flag, and the number of all scored runs."""
    return results.flags.get((task, architecture, role), (Counter(), 0))
