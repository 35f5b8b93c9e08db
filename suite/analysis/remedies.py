"""Remedies: what would decide comparisons that are open: more trials, more epochs or more test examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suite.analysis import contrasts
from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.contrasts import FEWEST_TRIALS, FIRM_SEARCH, FIRM_TRIALS, WIDEST_SEARCH, Bounds
from suite.analysis.decisions import FEWEST_RUNS, PairVerdict
from suite.analysis.prices import training_seconds
from suite.analysis.replicates import own_runs, replicates
from suite.results.results import Results
from suite.results.statuses import Status
from suite.text import duration, several

MOST_TRIALS = 1_000  # a larger number of trials is no advice
ROLES = {"trial": "trial", "final": "final run"}


@dataclass(frozen=True)
class Remedy:
    """What would decide some comparisons.

    `kind`: "trials", "epochs" (a handicap of the budget stands in the way), "examples" (only other test examples would
    narrow an interval) or "" (unknown). `trials`: how many each cell must have in all if the mean skills stay the same
    and intervals shrink with the square root of the number; infinite if that is more than MOST_TRIALS.
    """

    kind: str
    trials: float = 0


def remedy(results: Results, open_ones: Sequence[Comparison]) -> Remedy:
    """Return what would decide these comparisons, all of which are open."""
    tasks = {task for one in open_ones for task in one.tasks}
    if not open_ones or any(replicates(results, task).role != "trial" for task in tasks):
        return Remedy("")
    if any(one.needs_examples for one in open_ones):
        return Remedy("examples")
    if any(one.verdict is PairVerdict.AT_THIS_BUDGET for one in open_ones):
        return Remedy("epochs")
    needed = max(map(_needed, open_ones))
    if needed > MOST_TRIALS:
        return Remedy("trials", np.inf)
    return Remedy("trials", needed) if needed > max(one.joint.n for one in open_ones) else Remedy("")


def to_decide(results: Results, tasks: Sequence[str], names: Sequence[str]) -> str:
    """Say what would decide between architectures; "" if that is unknown."""
    found = compare(results, *tasks)
    pairs = [pair for pair in found.pairs if {pair.first, pair.second} <= set(names) and not pair.verdict.settled]
    one = remedy(results, pairs)
    if one.kind != "trials":
        return f"more {REMEDIES[one.kind]} may decide, not more trials" if one.kind else ""
    if np.isinf(one.trials):
        return f"more than {MOST_TRIALS} trials would be needed to decide"
    more = int(one.trials) - max(pair.joint.n for pair in pairs)
    seconds = more * training_seconds(results, tasks, [one.first for one in found.trivial])
    time = f" ({duration(seconds)} of training on the same machine)" if np.isfinite(seconds) else ""
    return (
        f"{several(more, 'more trial')} of each architecture{time} would settle it, if the mean skills stayed the same"
    )


REMEDIES = {"examples": "test examples", "epochs": "epochs"}


def _needed(pair: Comparison) -> float:
    bounds = Bounds(*map(np.asarray, pair.joint[:3]))
    return float(contrasts.trials_needed(bounds, pair.joint.n, pair.margin)) if np.isfinite(pair.joint.low) else np.inf


def no_verdict(results: Results, task: str) -> str:
    """Say why there is no verdict on a task, and which command would allow one."""
    found = own_runs(results, task)
    runs, noun = results.by_role(task, found.role), ROLES[found.role]
    if runs.empty:
        return f"No {noun} yet: no conclusion is possible."
    if not (runs["status"] == Status.OK).any():
        return f"All of {several(len(runs), noun)} failed: no conclusion is possible."
    if not compare(results, task).trivial:
        return "The scores of the runs or of the baseline are not known: no conclusion is possible."
    made = max(len(found.numbers(name)) for name in found.architectures)
    if found.role == "final":
        needed, option = FEWEST_RUNS, f"--seeds {FEWEST_RUNS}"
    else:
        needed = max(FEWEST_TRIALS, WIDEST_SEARCH * found.n)
        option = f"--trials {max(FIRM_TRIALS, FIRM_SEARCH * found.n)}"
    command = results.command if results.experiment.looks else f"{results.command} {option}"
    return f"No verdict yet: {made} of the {needed} {noun}s needed; “{command}” makes more."
