"""A whole study of two numbers of weights: run in two parts, resumed, reported, and used."""

import numpy as np
import pytest

from suite.cli import main
from suite.experiment.experiment import Experiment
from suite.results.results import load
from suite.runner.options import RunOptions
from suite.runner.progress import Progress
from suite.runner.runner import execute
from suite.tasks.task import TASKS

pytestmark = pytest.mark.training

NAMES = ("simple-rnn", "gru")
GIVEN = {"depth": 1, "batch_size": 32}


def study():
    sizes = {"epochs": 1, "patience": 1, "seeds": 2, "examples": 32}
    return Experiment(["adding-5"], NAMES, weights=[60, 240], hyperparameters=GIVEN, **sizes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the study: one command ran one number of weights, and the next one the rest."""
    home = tmp_path_factory.mktemp("swept")
    store = execute(study(), str(home), RunOptions(workers=0, tasks=["adding-5@240w"]), Progress(quiet=True))
    written = {path: path.stat().st_mtime_ns for path in store.record_paths()}
    execute(study(), str(home), RunOptions(workers=0, tasks=["adding-5"]), Progress(quiet=True))
    assert len(written) == 4 < len(store.record_paths())
    assert written.items() <= {path: path.stat().st_mtime_ns for path in store.record_paths()}.items()
    return store.root


def test_every_run_has_its_own_number_of_weights_and_the_same_data(folder):
    results = load(folder)
    assert results.task_names == ["adding-5@60w", "adding-5@240w"]
    assert [results.task(task).budget for task in results.task_names] == [("weights", 60), ("weights", 240)]
    assert len(results.records) == 8 and all(one.ok for one in results.records)
    for name in NAMES:
        few, many = (results.successes(task, name, "final")[0] for task in results.task_names)
        assert (few.spec["budget"]["weights"], many.spec["budget"]["weights"]) == (60, 240)
        assert few.weights < many.weights
        assert few.spec["data"] == many.spec["data"] and few.seed == many.seed


def test_the_report_draws_one_curve_per_architecture(folder):
    assert main(["report", str(folder)]) == 0
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "<h3>Sweep over the number of weights: <bdi>Adding (5 steps)</bdi></h3>" in page
    assert "Sweep over the length" not in page
    assert (folder / "report" / "figures" / "skill-by-budget-adding-5.png").exists()
    assert "weight budget of every architecture" in page and "60, 240" in page


def test_a_task_with_a_budget_can_be_named(folder, tmp_path, capsys):
    assert main(["best", str(folder), "--task", "adding-5@240w"]) == 0
    np.savez(tmp_path / "new.npz", x=TASKS.get("adding-5@240w").load(3).test[0][:2])
    assert main(["predict", str(folder / "adding-5@240w" / "gru"), str(tmp_path / "new.npz")]) == 0
    assert capsys.readouterr().out.count("\n") > 3
