"""Studies that stop when they know, held against worlds whose truth is known: docs/calibration.md in small."""

import calibration
import drawn_studies
import looks
import numpy as np
import pytest
from calibration import World

from suite.analysis.comparisons import joint_level
from suite.analysis.looks import look_at

pytestmark = pytest.mark.slow

EVERY = {world.name: world for world in looks.worlds()}


@pytest.fixture(scope="module")
def grown():
    """Twenty studies of two tasks, which decide at different looks that the architectures are equal."""
    world = World("", tasks=2, trials=96, small=0.2)
    return looks.Grown(world, calibration.drawn(world, 20, np.random.default_rng(1)), looks.LOOKS)


def test_a_task_goes_on_while_anything_is_open(grown):
    ended = looks.planned(grown, divided=True)
    for look in range(2):
        report = grown.at(look, 3)[1]
        still = np.any([(getattr(report, name) == "undecided").any(axis=-1) for name in looks.STATED], axis=0)
        assert still[ended.look > look].all()
        assert not still[ended.look == look].any()


def test_the_final_report_states_what_held_when_a_task_stopped(grown):
    ended = looks.planned(grown, divided=True, needed=1)
    assert len(np.unique(ended.look)) > 1
    for place in np.ndindex(ended.look.shape):
        report = grown.at(ended.look[place], 3)[1]
        assert ended.report.pairs[place].tolist() == report.pairs[place].tolist()


def test_by_hand_all_tasks_get_more_trials(grown):
    ended = looks.by_hand(grown, divided=True)
    assert (ended.look == ended.look[:, :1]).all()
    report = grown.at(2, 3)[1]
    assert (ended.report.pairs == report.pairs)[ended.look[:, 0] == 2].all()


@pytest.mark.simulation
def test_the_simulation_stops_as_the_suite_does(grown, records, tmp_path, monkeypatch):
    drawn_studies.declare(grown.world, records, monkeypatch)
    ended, claims = looks.planned(grown, divided=True), calibration.CLAIMS + grown.world.tasks
    planned = {"looks": looks.LOOKS, "trials": 96, "claims_fixed": {"count": claims, "looks": len(looks.LOOKS)}}
    tasks = drawn_studies.tasks_of(grown.world)
    for number in range(4):
        results = drawn_studies.results(records, tmp_path, grown.world, grown.studies, number, **planned)
        assert joint_level(results) == calibration.level(grown.world, len(looks.LOOKS))
        for task, last in zip(tasks, ended.look[number], strict=True):
            going = [bool(look_at(results, task, trials).open) for trials in looks.LOOKS[: last + 1]]
            assert going[:-1] == [True] * last
            assert not going[-1] or last == grown.last


@pytest.mark.simulation
@pytest.mark.parametrize("name", ["right 0.7 against steady, sd 0.2", "solves 20 %", "all 2 sd apart"])
def test_studies_that_stop_when_they_know_are_rarely_wrong(name):
    for rule, rates in looks.measured(EVERY[name], 60).items():
        assert rates["false"] <= 0.05, rule


@pytest.mark.simulation
def test_clear_differences_take_few_runs():
    rates = looks.measured(EVERY["all 4 sd apart"], 60)
    assert rates["until decided"]["runs"] < 0.4
    assert rates["until decided"]["kept"] > 0.98
