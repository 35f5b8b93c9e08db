"""The promise of a report, held against worlds whose truth is known: docs/calibration.md in small."""

from dataclasses import replace

import calibration
import drawn_studies
import numpy as np
import pytest

from suite.analysis.comparisons import joint_level
from suite.analysis.diff import diff

STUDIES = 400
MEMBERS = {
    "search luck 5": {},
    "solves 20 %": {},
    "right 0.7 against steady, sd 0.2": {},
    "solves 10 % against steady, by the loss": {},
    "as good as the baselines, luck 5": {},
    "one 2 sd ahead": {"power": 0.3, "of the mean": 0.9},
}


def of_name(name):
    """Return the world with this name."""
    return next(world for members in calibration.worlds().values() for world in members if world.name == name)


@pytest.mark.simulation
@pytest.mark.parametrize("name", MEMBERS)
def test_at_most_one_report_in_twenty_states_something_false(name):
    rates = calibration.measured(replace(of_name(name), trials=24, n=4), STUDIES)
    assert rates["false"] <= 0.05
    assert rates["coverage"] >= 0.93
    assert rates["wrong"] <= 0.01
    assert rates["diff"] <= 0.05
    for column, least in MEMBERS[name].items():
        assert rates[column] >= least


def test_false_statements_are_counted():
    verdicts = np.array([["better", "worse", "equal", "undecided"]] * 4)
    truth = np.array([[0.1], [-0.1], [0.01], [0.0]])
    expected = [
        [False, True, True, False],
        [True, False, True, False],
        [True, True, False, False],
        [True, True, False, False],
    ]
    assert calibration.false(verdicts, truth, 0.02).tolist() == expected


@pytest.mark.simulation
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
def test_the_simulation_decides_as_the_suite_does(records, tmp_path, monkeypatch, name, n):
    world = replace(of_name(name), tasks=2, n=n)
    drawn_studies.declare(world, records, monkeypatch)
    studies = calibration.drawn(world, 3, np.random.default_rng(5))
    report, changes = calibration.reported(world, studies), calibration.changes(world, studies)
    every = [drawn_studies.results(records, tmp_path, world, studies, number) for number in range(3)]
    assert joint_level(every[0]) == calibration.level(world)
    for number, results in enumerate(every):
        assert drawn_studies.found(results) == drawn_studies.expected(report, number)
        verdicts = [cell.verdict.value for cell in diff(every[number - 1], results).cells]
        assert verdicts == changes[number].ravel().tolist()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.021, 0.3, "better"),
        (0.019, 0.3, "undecided"),
        (-0.3, -0.021, "worse"),
        (-0.019, 0.019, "equal"),
        (-0.3, 0.3, "undecided"),
        (-np.inf, np.inf, "undecided"),
    ],
)
def test_verdicts_have_one_side_of_the_margin(low, high, expected):
    bounds = calibration.Bounds(np.array(0.0), np.array(low), np.array(high))
    assert calibration.verdict(bounds, 0.02) == expected
    if expected == "equal":
        assert calibration.verdict(bounds, 0.02, alike=False) == "undecided"
