"""The promise of a report, held against worlds whose truth is known: docs/calibration.md in small."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from suite.analysis import comparisons
from suite.analysis.comparisons import compare, joint_level
from suite.analysis.diff import diff
from suite.analysis.recommendations import choose

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "calibration.py"
STUDIES = 400
MEMBERS = {
    "search luck 5": {},
    "solves 20 %": {},
    "right 0.7 against steady, sd 0.2": {},
    "solves 10 % against steady, by the loss": {},
    "as good as the baselines, luck 5": {},
    "one 2 sd ahead": {"power": 0.3, "of the mean": 0.9},
}
NAMES = ("simple-rnn", "lstm", "gru")
VERDICTS = {"equal if solved": "undecided"}  # what the simulation calls a verdict


@pytest.fixture(scope="module")
def calibration():
    spec = importlib.util.spec_from_file_location("calibration", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["calibration"]


def of_name(calibration, name):
    """Return the world with this name."""
    return next(world for members in calibration.worlds().values() for world in members if world.name == name)


@pytest.mark.simulation
@pytest.mark.parametrize("name", MEMBERS)
def test_at_most_one_report_in_twenty_states_something_false(calibration, name):
    rates = calibration.measured(replace(of_name(calibration, name), trials=24, n=4), STUDIES)
    assert rates["false"] <= 0.05
    assert rates["coverage"] >= 0.93
    assert rates["wrong"] <= 0.01
    assert rates["diff"] <= 0.05
    for column, least in MEMBERS[name].items():
        assert rates[column] >= least


def test_false_statements_are_counted(calibration):
    verdicts = np.array([["better", "worse", "equal", "undecided"]] * 4)
    truth = np.array([[0.1], [-0.1], [0.01], [0.0]])
    expected = [
        [False, True, True, False],
        [True, False, True, False],
        [True, True, False, False],
        [True, True, False, False],
    ]
    assert calibration.false(verdicts, truth, 0.02).tolist() == expected


def as_results(calibration, records, folder, world, studies, number):
    """Return one of the drawn studies as the suite would find it in a folder."""
    tasks = [f"world-{place}" for place in range(world.tasks)]
    skills, beside = {}, {}
    for place in np.ndindex(world.tasks, world.architectures):
        cell = tasks[place[0]], NAMES[place[1]]
        here = np.s_[number, *place]
        failed = np.isneginf(studies.validation[here])
        skills[cell] = [None if lost else one for lost, one in zip(failed, studies.test[here], strict=True)]
        loss = np.where(studies.left[here], 0.5, 0.99) if world.start else [None] * world.trials
        rows = zip(np.where(failed, 0, studies.validation[here]), studies.rival[number, place[0]], loss, strict=True)
        beside[cell] = [dict(zip(("validation", "rival", "loss"), row, strict=True)) for row in rows]
    claims = {"count": calibration.CLAIMS + world.tasks}
    return records.trials(folder, skills, world.n, beside, claims_fixed=claims)


def stated(found, architectures):
    """Return the verdicts on all pairs, and against each baseline."""
    names = NAMES[:architectures]
    pairs = [found.related(a, b).verdict for k, a in enumerate(names) for b in names[k + 1 :]]
    every = [pairs, *([one.verdict for one in each] for each in (found.trivial, found.trained))]
    return [[VERDICTS.get(verdict.value, verdict.value) for verdict in each] for each in every]


def expected(report, changes, number):
    """Return what the simulation states about one study, in the form of `found`."""
    tasks = [
        [part[number, place].tolist() for part in (report.pairs, report.trivial, report.trained)]
        for place in range(report.pairs.shape[1])
    ]
    chosen = [NAMES[place] for place in np.flatnonzero(report.chosen[number])]
    return tasks, report.together[number].tolist(), chosen, changes[number].ravel().tolist()


def found(results, before):
    """Return what the suite states: verdicts on each task, on the mean, what it recommends, and what has changed."""
    names, choice = results.architectures, choose(results, results.task_names)
    tasks = [stated(compare(results, task), len(names)) for task in results.task_names]
    means, _, _ = stated(compare(results, *results.task_names), len(names))
    chosen = [name for name in names if choice.outcome == "chosen" and name in choice.names]
    verdicts = [cell.verdict.value for cell in diff(before, results).cells]
    return tasks, means, chosen, [VERDICTS.get(verdict, verdict) for verdict in verdicts]


@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("one 2 sd ahead, luck 1", 4),
        ("solves 60 % against steady", 4),
        ("solves 10 % against steady, by the loss", 4),
        ("solves 90 % against 100 %", 1),
        ("worst 30 % fail", 2),
        ("one 0.019 ahead, sd 0.01", 4),
        ("as good as the baselines, luck 2", 1),
    ],
)
def test_the_simulation_decides_as_the_suite_does(calibration, records, tmp_path, monkeypatch, name, n):
    world = replace(of_name(calibration, name), tasks=2, n=n)
    for place in range(world.tasks):
        solved = {"solved": calibration.THRESHOLD} if world.threshold else {}
        facts = records.TASKS["speech-like"] | {"family": "world"} | solved
        monkeypatch.setitem(records.TASKS, f"world-{place}", facts)
        monkeypatch.setitem(records.BASELINES, f"world-{place}", 0.0)
    monkeypatch.setattr(comparisons, "chances", lambda *_: None)  # it takes time and decides nothing
    studies = calibration.drawn(world, 3, np.random.default_rng(5))
    report, changes = calibration.reported(world, studies), calibration.changes(world, studies)
    every = [as_results(calibration, records, tmp_path, world, studies, number) for number in range(3)]
    assert joint_level(every[0]) == calibration.level(world)
    for number, results in enumerate(every):
        assert found(results, every[number - 1]) == expected(report, changes, number)
