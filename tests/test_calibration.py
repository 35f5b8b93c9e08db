"""The promise of a report, held against six worlds whose truth is known: docs/calibration.md in small."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "calibration.py"
STUDIES = 400
pytestmark = pytest.mark.simulation
MEMBERS = {
    "search luck 5": {},
    "solves 20 %": {},
    "right 0.7 against steady, sd 0.2": {},
    "solves 10 % against steady": {},
    "as good as the baselines, luck 5": {},
    "one 2 sd ahead": {"power": 0.4, "of the mean": 0.9},
}


@pytest.fixture(scope="module")
def calibration():
    spec = importlib.util.spec_from_file_location("calibration", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["calibration"]


@pytest.mark.parametrize("name", MEMBERS)
def test_at_most_one_report_in_twenty_states_something_false(calibration, name):
    world = next(world for members in calibration.worlds().values() for world in members if world.name == name)
    rates = calibration.measured(replace(world, trials=24, n=4), STUDIES)
    assert rates["false"] <= 0.05
    assert rates["coverage"] >= 0.93
    assert rates["wrong"] <= 0.01
    for column, least in MEMBERS[name].items():
        assert rates[column] >= least


def test_false_statements_are_counted(calibration):
    verdicts = calibration.np.array([["better", "worse", "equal", "undecided"]] * 4)
    truth = calibration.np.array([[0.1], [-0.1], [0.01], [0.0]])
    expected = [
        [False, True, True, False],
        [True, False, True, False],
        [True, True, False, False],
        [True, True, False, False],
    ]
    assert calibration.false(verdicts, truth, 0.02).tolist() == expected
