"""Task data: a folder keeps the trained baselines that it began with, and says so."""

from dataclasses import replace

import pytest

from suite import Experiment
from suite.files.writing import write_json
from suite.results.store import Store
from suite.runner.progress import Progress
from suite.runner.task_data import TaskData
from suite.tasks.description import describe
from suite.tasks.task import TASKS

pytestmark = pytest.mark.training  # the runner imports TensorFlow; nothing is trained


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Returns a task, its data work in a folder that began with other trained baselines, and what was said."""

    def work(before, redo=False):
        task, said = TASKS.get("sp500-volatility"), []
        experiment = Experiment(name="one", tasks=[task.name], architectures=["gru"])
        store = Store(tmp_path / "one")
        stored = describe(replace(task, trained_baseline=before), task.load(1)) | {"baselines": {}}
        write_json(store.root / task.name / "task.json", stored)
        progress = Progress(quiet=True)
        monkeypatch.setattr(progress, "notice", said.append)
        data = TaskData(experiment, store, progress, redo)
        return data.work(task, "trial", 0).task.trained_baseline, said

    return work


def test_stored_rivals_stay_and_the_change_is_said_once(begun):
    kept, said = begun("lags")
    assert kept == ("lags",)
    (line,) = said
    assert "remains lags, as when it was begun; the task now declares lags, har, gradient-boosting" in line
    assert len(line) <= 300


def test_with_redo_the_declared_ones_are_taken(begun):
    assert begun("lags", redo=True) == (("lags", "har", "gradient-boosting"), [])


def test_equal_ones_need_no_word(begun):
    assert begun(("lags", "har", "gradient-boosting")) == (("lags", "har", "gradient-boosting"), [])
