"""The registry of figures: every kind says what it shows, draws, and is reachable by its name."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import suite
from suite.files.reading import read_json
from suite.report.figures import FIGURES
from suite.report.figures.style import render
from suite.report.harmless import is_harmless

pytestmark = pytest.mark.slow
EXPLAINED = {("intact", 0, 0): 0.9, ("feature", 1, 1): 0.5, ("feature", 2, 2): 0.8}


@pytest.fixture(scope="module")
def study(tmp_path_factory, records):
    """A study of twelve tasks in which every kind of figure has something to draw."""
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        for facts in (records.TASKS, records.BASELINES, records.TRAINED, records.SCORES, records.SPREADS):
            for name in (*(f"speech-like-{number}" for number in range(7)), "speech-like@900w"):
                patch.setitem(facts, name, facts["speech-like"])
        records.write_study(folder, 6, 3, tuple(records.TASKS))
        for task in records.TASKS:
            shown = {"examples": [{"x": np.ones((5, 8)).tolist(), "y": 1}], "signature": {"length": 5, "features": 8}}
            records.write_task(folder, task, source="recordings", **shown)
            for run in [f"{task}/{name}/final-{index:03d}" for name in records.ARCHITECTURES for index in range(3)]:
                made = read_json(folder / f"{run}.json") | {"gradients": {"start": {"1": 0.5}, "kept": {"1": 1.0}}}
                records.write(folder, made | {"metrics": made["metrics"] | {"validation": made["metrics"]["test"]}})
                records.explain(folder, run, EXPLAINED)
                np.savez(folder / f"{run}.npz", **predictions(records.TASKS[task]["kind"]))
        store_items(folder, records, "speech-like")
    return suite.load(folder)


def store_items(folder, records, task):
    """What every test example contributed to the scores of the trials of a task."""
    facts = {"trivial": np.array([0, 1, 0, 0]), "cluster": np.arange(4), "unit": np.array("example")}
    np.savez(folder / task / "items-0123456789ab.npz", **facts)
    for name in records.ARCHITECTURES:
        for index in range(6):
            made = read_json(folder / task / name / f"trial-{index:03d}.json")
            records.write(folder, made | {"spec": {"data": {"checksum": "0123456789abcdef"}}})
            np.savez(folder / task / name / f"trial-{index:03d}.npz", items=np.arange(4) > index % 3)


def predictions(kind):
    """Three test examples; of classes, the first is missed by every run."""
    if kind == "regression":
        return {"target": np.array([0.0, 1.0, 2.0]), "prediction": np.array([0.1, 0.9, 2.0])}
    stored = {"missed/place": [0], "missed/x": np.ones((1, 5, 8)), "missed/steps": [5]}
    return {"target": np.array([0, 1, 2]), "prediction": np.eye(3)[[1, 1, 2]]} | stored


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_says_what_it_shows(study, name):
    kind = FIGURES[name]
    subjects = kind.subjects(study, study.task_names)
    assert kind.title and kind.caption.endswith(".")
    assert subjects, "nothing to draw"
    assert kind.words(study, subjects[0]).endswith(".")
    figure = kind.draw(study, subjects[:2])
    assert isinstance(figure, Figure)
    assert is_harmless(render(figure)["svg"])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_reachable_by_its_name(study, name):
    assert name in dir(study.plot)
    plot = getattr(study.plot, name)
    assert (plot.__name__, plot.__doc__) == (name, FIGURES[name].draw.__doc__)


def test_no_two_figures_share_their_files():
    assert len({kind.file for kind in FIGURES.values()}) == len(FIGURES)


def test_an_unknown_figure_suggests_the_closest_name(study):
    with pytest.raises(AttributeError, match="did you mean 'scores'"):
        study.plot.score()
