"""Studies that benchmarks/calibration.py draws, as results of the suite, and what both state about them."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import calibration
import numpy as np
import pytest
from calibration import Report, Studies, World

from suite.analysis import comparisons
from suite.analysis.comparison import Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.items import HeldOut
from suite.analysis.recommendations import choose
from suite.results.results import Results

NAMES = ("simple-rnn", "lstm", "gru")


def declare(world: World, records: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the tasks of a world to those of the records, with a skill that equals the score."""
    for task in tasks_of(world):
        solved = {"solved": calibration.THRESHOLD} if world.threshold else {}
        monkeypatch.setitem(records.TASKS, task, records.TASKS["speech-like"] | {"family": "world"} | solved)
        monkeypatch.setitem(records.BASELINES, task, 0.0)
    monkeypatch.setattr(comparisons, "chances_of", lambda *_: None)  # it takes time and decides nothing


def tasks_of(world: World) -> list[str]:
    """Return the names of the tasks of a world."""
    return [f"world-{place}" for place in range(world.tasks)]


def results(
    records: ModuleType, folder: Path, world: World, studies: Studies, number: int, **experiment: Any
) -> Results:
    """Return one of the drawn studies as the suite would find it in a folder."""
    tasks, skills, beside = tasks_of(world), {}, {}
    for place in np.ndindex(world.tasks, world.architectures):
        cell = tasks[place[0]], NAMES[place[1]]
        here = np.s_[number, *place]
        failed = np.isneginf(studies.validation[here])
        skills[cell] = [None if lost else one for lost, one in zip(failed, studies.test[here], strict=True)]
        loss = np.where(studies.left[here], 0.5, 0.99) if world.start else [None] * world.trials
        rows = zip(np.where(failed, 0, studies.validation[here]), studies.rival[number, place[0]], loss, strict=True)
        beside[cell] = [dict(zip(("validation", "rival", "loss"), row, strict=True)) for row in rows]
    declared = {"claims_fixed": {"count": calibration.CLAIMS + world.tasks}} | experiment
    return records.trials(folder, skills, world.n, beside, **declared)


def with_items(results: Results, held: dict[str, list[HeldOut]]) -> Results:
    """Return the results with stored contributions of test examples: task -> its test splits."""
    splits = {
        (task, NAMES[int(name)], number): (f"{k:012d}", items)
        for task, each in held.items()
        for k, one in enumerate(each)
        for name, of_name in one.skills.items()
        if name.isdigit()
        for number, items in of_name.items()
    }
    for task, each in held.items():
        for k, one in enumerate(each):
            ((rival, *_),) = (list(of.values()) for name, of in one.skills.items() if not name.isdigit())
            facts = {"trivial": 0 * rival, "trained": rival, "cluster": one.clusters, "unit": np.array(one.unit)}
            save(results.store.items_path(task, f"{k:012d}"), facts)
    for place, record in enumerate(results.records):
        checksum, items = splits[record.task, record.architecture, record.index]
        save(results.store.path(record.id, ".npz"), {"items": items})
        results.records[place] = replace(record, spec={"data": {"checksum": checksum}})
    return results


def save(path: Path, arrays: dict[str, Any]) -> None:
    """Store arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def expected(report: Report, number: int) -> tuple[Any, ...]:
    """Return what the simulation states about one study: on each task, on the mean over tasks, and what it chooses."""
    tasks = [
        [part[number, place].tolist() for part in (report.pairs, report.trivial, report.trained)]
        for place in range(report.pairs.shape[1])
    ]
    return tasks, report.together[number].tolist(), [NAMES[place] for place in np.flatnonzero(report.chosen[number])]


def found(results: Results) -> tuple[Any, ...]:
    """Return what the suite states about the same study, in the same form."""
    names, choice = results.architectures, choose(results, results.task_names)
    tasks = [stated(compare(results, task), len(names)) for task in results.task_names]
    means, _, _ = stated(compare(results, *results.task_names), len(names))
    return tasks, means, [name for name in names if choice.outcome == "chosen" and name in choice.names]


def stated(comparisons: Comparisons, architectures: int) -> list[list[str]]:
    """Return the verdicts on all pairs, and against each baseline."""
    names = NAMES[:architectures]
    pairs = [comparisons.related(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    return [[VERDICTS.get(one.verdict.value, one.verdict.value) for one in each]
            for each in (pairs, comparisons.trivial, comparisons.trained)]  # fmt: skip


VERDICTS = {"equal if solved": "undecided"}  # what the simulation calls a verdict
