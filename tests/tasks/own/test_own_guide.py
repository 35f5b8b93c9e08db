"""What docs/own-data.md promises: its blocks are one file, each under ten lines, and every task in it runs."""

import re

import pytest
from repository import ROOT

from suite.experiment.loading import load_experiment
from suite.tasks.checks import check
from suite.tasks.description import measure
from suite.tasks.task import TASKS

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")


@pytest.fixture
def study(raw, tmp_path, monkeypatch):
    """The guide's file next to data of the kinds it describes."""
    monkeypatch.chdir(tmp_path)
    raw.write_series(tmp_path / "boiler.csv")
    raw.write_texts(tmp_path / "tickets.csv")
    raw.write_sounds(tmp_path / "calls")
    raw.write_arrays(tmp_path / "gestures.npz")
    end, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "study.py").write_text("\n".join([*blocks, end]), encoding="utf-8")
    yield tmp_path / "study.py"
    TASKS.forget(str(tmp_path / "study.py"))


def test_each_of_the_four_is_under_ten_lines():
    _, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(blocks) == 4
    assert max(len(block.splitlines()) for block in blocks) < 10


def test_every_task_of_the_guide_passes_the_check_and_its_trained_baseline_beats_the_trivial_one(study):
    names = load_experiment(study).tasks
    assert names == ("boiler", "tickets", "calls", "gestures")
    for name in names:
        task = TASKS.get(name)
        assert list(map(str, check(task))) == []
        scores = measure(task, task.load(1))
        known, learnt = (scores[role]["test"][task.metric] for role in ("baseline", "trained_baseline"))
        assert learnt < known if task.direction == "lower" else learnt > known
