"""Looks: decides from the records alone which comparisons need more trials after each planned number of trials."""

from collections.abc import Sequence
from dataclasses import dataclass

from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.rivals import BASELINES
from suite.experiment.expected_runs import expected_runs
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import few, several

OPEN = (PairVerdict.UNDECIDED, PairVerdict.TOO_FEW)


@dataclass(frozen=True)
class Look:
    """A look at the verdicts on a task after `trials` trials of each of its cells.

    `planned`: the numbers of trials of all looks. `statements`: all comparisons on the task.
    """

    task: str
    trials: int
    planned: Sequence[int]
    statements: Sequence[Comparison]

    @property
    def number(self) -> int:
        """The number of this look, from 1."""
        return self.planned.index(self.trials) + 1

    @property
    def open(self) -> list[Comparison]:
        """The comparisons that need more trials."""
        return [one for one in self.statements if needs_trials(one)]

    @property
    def following(self) -> int | None:
        """The number of trials at the next look; None if the task stops: nothing is open, or this is the last."""
        return self.planned[self.number] if self.open and self.number < len(self.planned) else None


def in_words(look: Look) -> str:
    """Say which comparisons are open after a look, and whether the task gets more trials."""
    where = f"{look.task}, look {look.number} of {len(look.planned)} ({look.trials} trials)"
    if not look.open:
        return f"{where}: no comparison needs more trials"
    share = f"{len(look.open)} of {several(len(look.statements), 'comparison')}"
    names = few(f"{one.first} against {one.second}" for one in look.open)
    onward = f"next, {look.following} trials" if look.following else "this was the last look"
    return f"{where}: {share} open: {names}; {onward}"


def needs_trials(one: Comparison) -> bool:
    """Return whether more trials may change the verdict: it is undecided or provisional.

    A verdict "at this budget" does not need any: a larger budget of epochs would change it, not more trials. Nor does
    one that only more test examples could decide.
    """
    return one.provisional or (one.verdict in OPEN and not one.needs_examples)


def look_at(results: Results, task: str, trials: int) -> Look:
    """Return the look at a task after the first `trials` trials; later trials and all other runs are ignored."""
    names = {*results.experiment.architectures, *BASELINES}
    found = compare(results.first(task, trials), task).every
    return Look(task, trials, results.experiment.looks, [one for one in found if {one.first, one.second} <= names])


@remember()
def last_look(results: Results, task: str) -> Look | None:
    """Return the latest look at a task; None without planned looks, or before all trials of its first look are done."""
    planned = results.experiment.looks
    done = [look for look in planned if look <= granted(results, task) and not _missing(results, task, look)]
    return look_at(results, task, done[-1]) if done else None


def granted(results: Results, task: str) -> int:
    """Return how many trials each cell of a task was granted by the planned looks so far."""
    return results.experiment.granted.get(task, results.experiment.looks[0])


def runs(results: Results, look: Look) -> tuple[int, int]:
    """Return how many runs a task takes if it stops at this look, and how many if it goes on to the last one."""
    counts = [expected_runs(results.experiment, look.task, name) for name in _names(results, look.task)]
    beside = sum(sum(count.values()) - count["trial"] for count in counts)
    return beside + len(counts) * look.trials, beside + len(counts) * look.planned[-1]


def _missing(results: Results, task: str, trials: int) -> int:
    """Return how many of the first `trials` trials of a task's cells are not done."""
    return sum(max(trials - results.made[task, name, "trial"], 0) for name in _names(results, task))


def _names(results: Results, task: str) -> list[str]:
    """Return the architectures that make a cell with the task."""
    return [name for name in results.experiment.architectures if f"{task}/{name}" not in results.does_not_apply]
