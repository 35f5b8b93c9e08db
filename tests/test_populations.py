"""Verdicts on given test data, held against populations of examples: docs/calibration.md in small."""

from dataclasses import replace

import calibration
import drawn_studies
import examples
import numpy as np
import populations
import pytest
from examples import Population

EVERY = {one.name: one for members in populations.populations().values() for one in members}


@pytest.mark.simulation
@pytest.mark.parametrize("name", ["300 examples, 0.4", "10 groups", "250 dates, 0.5", "6 folds of 1 group"])
def test_verdicts_hold_for_other_test_examples(name):
    rates = populations.measured(EVERY[name], 60)
    assert rates["false"] <= 0.05
    assert rates["coverage"] >= 0.93


@pytest.mark.simulation
def test_trials_alone_say_nothing_about_other_test_examples():
    rates = populations.measured(EVERY["10 groups"], 60)
    assert rates["false by trials alone"] > 0.2
    assert rates["coverage by trials alone"] < 0.8


@pytest.mark.simulation
@pytest.mark.parametrize(
    "population",
    [
        Population("single examples", examples=120, differences=0.4),
        Population("two groups in each of three folds", examples=60, clusters=2, unit="group", folds=3),
        Population("dates", examples=90, clusters=45, unit="date", autocorrelation=0.5, squared=True),
    ],
    ids=lambda one: one.name,
)
def test_the_simulation_decides_as_the_suite_does(records, tmp_path, monkeypatch, population):
    world = calibration.World("", tasks=2, small=0.2, leads=(0.2, 0, 0.02))
    population, splits, held = replace(population, world=world), examples.splits, []
    monkeypatch.setattr(examples, "splits", lambda *given: held.append(splits(*given)) or held[-1])
    drawn_studies.declare(world, records, monkeypatch)
    joint, (studies, spreads) = calibration.level(world), examples.scored(population, 3, np.random.default_rng(5))
    bounds = map(
        populations.wider, calibration.tables(world, studies, joint), populations.reaches(world, spreads, joint)
    )
    report = calibration.stated(world, studies, calibration.Tables(*bounds), joint)
    for number in range(3):
        results = drawn_studies.results(records, tmp_path / str(number), world, studies, number)
        own = dict(zip(drawn_studies.tasks_of(world), held[2 * number :], strict=False))
        assert drawn_studies.found(drawn_studies.with_items(results, own)) == drawn_studies.expected(report, number)
