"""Glance: the first screen of the report: the answer in a few sentences, one figure, and what a person asks next."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from suite.analysis.comparisons import compare
from suite.analysis.looks import needs_trials
from suite.analysis.recommendations import choose
from suite.analysis.remedies import Remedy, remedy
from suite.analysis.replicates import own_runs
from suite.analysis.shared_test import shared_test
from suite.experiment.looks import FIRM_SEARCH, FIRM_TRIALS, planned
from suite.report.headline import smallest
from suite.report.lead import by_verdict, judged, unbeaten
from suite.report.page import Content, Page, section
from suite.report.protocol import extent, failures, missing
from suite.results.results import Results
from suite.text import listed, number, roughly, several

REPLICATES = {"trial": "independent trial", "search": "repeated search run", "final": "final run"}


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
    shown = {"overall": unbeaten(results), "by_verdict": by_verdict(results), "figures": page.figures("glance")}
    return shown | {"facts": facts}


def sureness(results: Results) -> Fact:
    """Say how sure the verdicts are, on how many replicates they rest, and on how many test splits."""
    counts = {own_runs(results, task).role: len(own_runs(results, task).test) for task in judged(results)}
    made = listed(several(count, REPLICATES[role]) for role, count in counts.items())
    least = smallest(results)
    found = f" Differences below about {number(least)} of skill stay undetected." if least else ""
    beside = f"From {made} of each network on each task.{_splits(results)}{found}"
    return Fact("How sure?", "95 %, for all of this together", beside)


def _splits(results: Results) -> str:
    shared = {task: one for task in judged(results) if (one := shared_test(results, task))}
    single = [results.title(task) for task, one in shared.items() if one.folds == 1]
    if not single:
        return ""
    where = listed(single) if len(single) <= 3 else f"{len(single)} tasks"
    return f" {where} on one test split only: another may decide otherwise."


def cost(results: Results) -> Fact:
    """Say how long all runs took, and on what machine."""
    seconds = sum(record.worked for record in results.records)
    cores = results.experiment.machine.get("cores")
    where = f", on a machine with {several(cores, 'core')}" if cores else ""
    well = "" if failures(results) else "; none failed"
    return Fact("At what cost?", f"{roughly(seconds)} of computing", f"{extent(results)}{well}{where}.")


def settling(results: Results) -> Fact:
    """Say which command would settle what is open, and how long it would take."""
    question = "What would settle the rest?"
    if lacking := missing(results):
        return Fact(question, "the missing runs", f"{several(len(lacking), 'cell')} lack runs.", results.command)
    waiting = {task: one for task in judged(results) if (one := task_remedy(results, task)).kind}
    if not waiting:
        open_ones = [
            task for task in judged(results) if any(not one.verdict.settled for one in compare(results, task).every)
        ]
        said = "Nothing that is open decides what to use." if open_ones else "Every comparison is decided."
        return Fact(question, "nothing is needed", said)
    beside = _beside(results, waiting)
    trials = [one.trials for one in waiting.values() if one.kind == "trials" and isfinite(one.trials)]
    if not trials:
        return Fact(question, _without_trials(waiting), beside)
    most = max(int(max(trials)), planned(results.experiment.best_of or 1)[0])
    return Fact(
        question,
        f"up to {roughly(_seconds(results, most))} of more trials",
        beside,
        f"{results.running} --until-decided --at-most-trials {most}",
    )


def _without_trials(waiting: dict[str, Remedy]) -> str:
    kinds = {one.kind for one in waiting.values()}
    return (
        "longer training" if kinds == {"epochs"} else "more test data" if kinds == {"examples"} else "not trials alone"
    )


def _beside(results: Results, waiting: dict[str, Remedy]) -> str:
    """Say for each remedy which tasks it would help."""
    words = {
        "trials": "More trials: {}.", "epochs": "Longer training (--epochs), not more trials: {}.",
        "examples": "More test data: {}.", "": "",
    }  # fmt: skip
    groups: dict[str, list[str]] = {}
    for task, one in waiting.items():
        key = "More than 1000 trials: {}." if one.kind == "trials" and one.trials == inf else words[one.kind]
        groups.setdefault(key, []).append(results.title(task))
    return " ".join(
        text.format(listed(tasks) if len(tasks) <= 3 else f"{len(tasks)} tasks") for text, tasks in groups.items()
    )


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


def _seconds(results: Results, trials: int) -> float:
    """Return the seconds that this many trials of every task with open comparisons would take on all cores."""
    tasks = [task for task in results.task_names if any(map(needs_trials, compare(results, task).every))]
    each = [record for task in tasks for record in results.records_of(task) if record.role == "trial" and record.ok]
    made = max((record.index + 1 for record in each), default=trials)
    cells = len({record.cell for record in each})
    mean = float(np.mean([record.worked for record in each])) if each else 0.0
    return max(trials - made, 0) * cells * mean / (results.experiment.machine.get("cores") or 1)
