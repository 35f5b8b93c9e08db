"""Evidence: sentences shown with a verdict, on single tasks, chances, failures and hyperparameters."""

from collections.abc import Iterable, Sequence

import numpy as np

from suite.analysis.comparisons import compare
from suite.analysis.memory_length import Retention, in_words, retention
from suite.claims.claim import Chances, Claim
from suite.claims.scope import Pairs, Scope, contrast
from suite.text import chance, interval, listed, number, percent, several

LEAST_SHARE = 0.1
SKILL = " of skill"


def memory_lengths(claim: Claim, scope: Scope) -> list[str]:
    """Return one sentence per sweep with a threshold: the length that half of an architecture's final runs solve."""
    sentences = []
    for members in scope.results.over_length(scope.tasks).values():
        lengths, found = [], []
        for name in claim.architectures:
            lengths, solved = scope.results.solved(members, name)
            found.append(retention(lengths, solved))
        if len(lengths) and len(set(lengths)) > 1:
            halves = [[in_words(length, lengths) for length in (one.half, one.low, one.high)] for one in found]
            names = map(scope.results.called, claim.architectures)
            each = [f"{name} {half} ({low} to {high})" for name, (half, low, high) in zip(names, halves, strict=True)]
            what = f"{scope.results.named(members)}, length at which half of the final runs solve it"
            sentences.append(f"{what}: {listed(each)}{_ratio(found)}")
    return sentences


def which_matter(claim: Claim, scope: Scope) -> list[str]:
    """Return the hyperparameters that explain more than a tenth of the variance of a cell's validation scores.

    The lower bound of the share must exceed a tenth. Further sentences count the cells without shares, with the reason.
    """
    from suite.analysis.tuning import importance  # imports scikit-learn's forests

    found = importance(scope.results)
    found = found[found["task"].isin(scope.tasks)]
    sentences = [
        f"{cell(scope, one['task'], one['architecture'])}: {one['name']} explains {percent(one['share'])} of the "
        f"spread of validation scores ({percent(one['low'])} to {percent(one['high'])}); "
        f"values tried: {one['searched']}"
        for one in found[found["low"] > LEAST_SHARE].to_dict("records")
    ]
    withheld = found[["task", "architecture", "note"]].drop_duplicates().query("note != ''")["note"].value_counts()
    sentences += [f"{several(count, 'cell')} without shares: {note}" for note, count in withheld.items()]
    return sentences or ["no hyperparameter is shown to explain a tenth of the spread of validation scores"]


def cell(scope: Scope, task: str, name: str) -> str:
    """Return what a line of evidence calls a task with an architecture: "Adding (50 steps), LSTM"."""
    return f"{scope.results.title(task)}, {scope.results.called(name)}"


def by_task(scope: Scope, pairs: Pairs, unit: str) -> list[str]:
    """Return one line per task, such as "Adding (50 steps): 0.12 of skill (0.05 to 0.19, n=10)".

    The interval is the 95 % interval of that task alone.
    """
    return [f"{scope.results.title(task)}: {interval(contrast([values]), unit)}" for task, values in pairs.items()]


def verdicts_by_task(scope: Scope, tasks: Sequence[str], first: str, second: str) -> list[str]:
    """Return one line per task: the difference in skill with its joint interval, and a verdict ("LSTM better").

    Return none for a single task, because its verdict is the claim's.
    """
    sentences = []
    for task in tasks if len(tasks) > 1 else ():
        if one := compare(scope.results, task).related(first, second):
            verdict = (
                f"{scope.results.called(first)} {one.verdict.phrase}" if one.verdict.decided else one.verdict.phrase
            )
            sentences.append(f"{scope.results.title(task)}: {interval(one.joint, SKILL)}: {verdict}")
    return sentences


def failures(scope: Scope, architectures: Sequence[str]) -> list[str]:
    """Return one sentence per architecture with failed runs, which says how many failed."""
    return [
        f"{several(count, 'run')} of {scope.results.the(name)} failed; the worst outcome is counted instead"
        for name, count in scope.failed(architectures).items()
    ]


def absent(scope: Scope, tasks: Sequence[str]) -> list[str]:
    """Return a sentence that names the tasks of a scope that were not measured; [] if all were."""
    missing = [task for task in scope.tasks if task not in tasks]
    return [f"without enough runs of both: {listed(map(scope.results.title, missing))}"] if tasks and missing else []


def likely(chances: Chances | None) -> list[str]:
    """Return a sentence with the probabilities of a larger, an equal and a smaller effect; [] if they are unknown."""
    if chances is None:
        return []
    worse, equal, better = map(chance, chances)
    return [f"chances for another search: better {better}, equal {equal}, worse {worse} (Bayesian bootstrap over runs)"]


def spread(scope: Scope, tasks: Iterable[str]) -> str:
    """Return the tasks as text, with the name of a sweep in place of several of its lengths or budgets."""
    return listed(map(scope.results.named, scope.on(tuple(tasks)).sweeps().values())) or "no task"


def _ratio(found: list[Retention]) -> str:
    first, second = (one.half for one in found)
    known = np.isfinite([first, second]).all() and first > 0 and second > 0
    return f"; ratio {number(first / second)}" if known else ""
