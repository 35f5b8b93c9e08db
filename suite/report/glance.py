"""Glance: the first screen of the report: the answer in a few sentences, one figure, and what a person asks next."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from suite.analysis.comparisons import compare
from suite.analysis.recommendations import choose
from suite.analysis.remedies import Remedy, remedy
from suite.analysis.replicates import own_runs
from suite.analysis.shared_test import shared_test
from suite.experiment.looks import FIRM_SEARCH, FIRM_TRIALS, planned
from suite.report.lead import MOST_NAMED, by_verdict, judged, overall
from suite.report.page import Content, Page, section
from suite.report.protocol import failures, missing
from suite.results.results import Results
from suite.text import listed, roughly, several

REPLICATES = {"trial": "independent trial", "search": "repeated search run", "final": "final run"}
RUNS = {  # role -> what its runs are called, and of which settings they are
    "trial": ("trial", ""),
    "final": ("final run", " of chosen settings"),
    "control": ("control run", " of default settings"),
}
NEEDS = {  # what would help where more trials would not -> in short, and more about it
    "many trials": ("more than 1000 trials", ""),
    "epochs": ("longer training", " to tell the networks apart ({}; cost not estimated)"),
    "examples": ("more test data", ""),
}


@dataclass(frozen=True)
class Fact:
    """What a person asks: a `question`, its answer in a few words, what the answer rests on, and a command, if any."""

    question: str
    answer: str
    beside: str
    command: str = ""


@section("glance", "At a glance")
def glance(page: Page) -> Content:
    """Return what holds on all tasks, the clauses by task, the figure, and the three facts."""
    results = page.results
    facts = [sureness(results), cost(results), settling(results)]
    shown = {"overall": overall(results), "by_verdict": by_verdict(results), "figures": page.figures("glance")}
    return shown | {"facts": facts, "line": " · ".join(fact.answer for fact in facts[:2])}


def sureness(results: Results) -> Fact:
    """Say how sure the verdicts are, on how many replicates they rest, and on how many test splits."""
    counts = {own_runs(results, task).role: len(own_runs(results, task).test) for task in judged(results)}
    made = listed(several(count, REPLICATES[role]) for role, count in counts.items())
    return Fact(
        "How sure?",
        "95 % for all wins and ties at once",
        "95 % confidence that everything called better or equal here is so; what is undecided carries no claim. Each "
        f"network has {made} on each task{_searches(results, counts)}.{_splits(results)}",
    )


def _splits(results: Results) -> str:
    shared = {task: one for task in judged(results) if (one := shared_test(results, task))}
    single = [results.title(task) for task, one in shared.items() if one.folds == 1]
    return f" {_few(single)}: one test split; another may decide otherwise." if single else ""


def _searches(results: Results, roles: Collection[str]) -> str:
    """Say that verdicts are about searches if all replicates are independent trials, else ""."""
    best_of = results.experiment.best_of
    return (
        f"; a search keeps the best of {best_of} of them, and all ways to draw {best_of} count"
        if best_of and {*roles} == {"trial"}
        else ""
    )


def cost(results: Results) -> Fact:
    """Say how long all runs took, how many there were, and on what machine."""
    seconds = [record.seconds.get("cpu") or 0.0 for record in results.records if record.ok]
    measured = "CPU time" if all(seconds) else "one worker's time"
    total = sum(seconds) if all(seconds) else sum(record.worked for record in results.records)
    cores = results.experiment.machine.get("cores")
    where = f", summed over {several(cores, 'core')}" if cores else ""
    roles = Counter(record.role for record in results.records)
    made = listed(f"{several(roles[role], run)}{of}" for role, (run, of) in RUNS.items() if roles[role]) or "no runs"
    lost = len(failures(results))
    return Fact(
        "At what cost?",
        f"{roughly(total)} of {measured}",
        f"{made}{where}; {f'{lost} without a score' if lost else 'none crashed'}.",
    )


def settling(results: Results) -> Fact:
    """Say for each task that is open what may settle it, and how long that takes if it is known."""
    question = "What would settle the rest?"
    if lacking := missing(results):
        return Fact(question, "the missing runs", f"{several(len(lacking), 'cell')} lack runs.", results.command)
    groups: dict[str, list[str]] = {}
    for task in judged(results):
        one = task_remedy(results, task)
        groups.setdefault("many trials" if one.trials == inf else one.kind, []).append(task)
    waiting = {kind: tasks for kind, tasks in groups.items() if kind}
    if not waiting:
        return Fact(question, "nothing more is needed", "No open comparison would change what to use.")
    beside = " ".join(
        f"{_titles(results, tasks)} {'needs' if len(tasks) == 1 else 'need'} {short}{more.format(_epochs(results))}."
        for kind, (short, more) in NEEDS.items()
        if (tasks := waiting.get(kind))
    )
    tasks = waiting.get("trials")
    if not tasks:
        return Fact(question, _helpful(waiting), beside)
    most = max(
        int(max(task_remedy(results, task).trials for task in tasks)), planned(results.experiment.best_of or 1)[0]
    )
    minutes = roughly(_seconds(results, tasks, most))
    command = f"{results.running} --tasks {','.join(tasks)} --until-decided --at-most-trials {most}"
    rest = f"That is up to {most} trials in all of each network there. {beside}".strip()
    return Fact(question, f"Up to {minutes} more may decide {_titles(results, tasks)}", rest, command)


def _helpful(kinds: Collection[str]) -> str:
    """Name in a few words what would help where a few more trials would not."""
    named = listed(short for kind, (short, _) in NEEDS.items() if kind in kinds)
    return f"{named.capitalize()}{'' if 'many trials' in kinds else ', not more trials'}"


def _epochs(results: Results) -> str:
    """Return the option that doubles the longest training."""
    now = results.experiment.epochs
    return f"--epochs {2 * now} instead of {now}" if now else "--epochs"


def _titles(results: Results, tasks: Sequence[str]) -> str:
    return _few([results.title(task) for task in tasks])


def _few(titles: Sequence[str]) -> str:
    return listed(titles) if len(titles) <= MOST_NAMED else f"{len(titles)} tasks"


def task_remedy(results: Results, task: str) -> Remedy:
    """Return what would settle what to use for a task; kind "" if nothing is open, or nothing is known to help."""
    found, choice = compare(results, task), choose(results, [task])
    if choice.outcome == "open":
        runs = own_runs(results, task)
        return Remedy("trials", max(FIRM_TRIALS, FIRM_SEARCH * runs.n)) if runs.role == "trial" else Remedy("")
    among = {
        "undecided": [one for one in found.pairs if {one.first, one.second} <= {*choice.names}],
        "behind": found.trained or found.trivial,
    }
    return remedy(results, [one for one in among.get(choice.outcome, []) if not one.verdict.settled])


def _seconds(results: Results, tasks: Sequence[str], trials: int) -> float:
    """Return the seconds that this many trials of each cell of some tasks would take on all cores of the machine."""
    each = [record for task in tasks for record in results.records_of(task) if record.role == "trial" and record.ok]
    made = max((record.index + 1 for record in each), default=trials)
    cells = len({record.cell for record in each})
    mean = float(np.mean([record.worked for record in each])) if each else 0.0
    return max(trials - made, 0) * cells * mean / (results.experiment.machine.get("cores") or 1)
