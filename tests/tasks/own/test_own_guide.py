"""What docs/own-data.md promises: its commands work, its blocks are one file, and every task in it runs."""

import re

import pytest
import stories
from baseline_scores import measure
from repository import ROOT

from suite.cli import main
from suite.experiment.loading import load_experiment
from suite.tasks.checks import check
from suite.tasks.task import TASKS

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def folder(raw, tmp_path, monkeypatch):
    """A folder with data of the kinds that the guide describes."""
    monkeypatch.chdir(tmp_path)
    stories.write_prices(tmp_path / "prices.csv")
    stories.write_tickets(tmp_path / "tickets.tsv")
    stories.write_calls(tmp_path / "calls")
    raw.write_arrays(tmp_path / "gestures.npz")
    for name in ("GunPoint", "ItalyPowerDemand"):
        raw.write_archived(tmp_path / "Univariate_ts" / name)
    yield tmp_path
    TASKS.forget(str(tmp_path))


def test_each_block_is_short():
    assert len(BLOCKS) == 6
    assert max(len(block.splitlines()) for block in BLOCKS) < 15


def test_every_command_of_the_guide_is_understood(folder, capsys):
    for command in COMMANDS:
        program, name, path = command.split()
        assert program == "suite"
        if name == "new":
            assert main([name, path]) == 0
        else:
            assert load_experiment(folder / path).cells
    assert [command.split()[1] for command in COMMANDS] == ["new", "run"] * 3


def test_every_task_of_the_guide_passes_the_check_and_its_trained_baseline_beats_the_trivial_one(folder):
    (folder / "study.py").write_text("\n".join(BLOCKS), encoding="utf-8")
    names = load_experiment(folder / "study.py").tasks
    assert names == ("prices", "tickets", "calls", "gestures")
    for name in names:
        task = TASKS.get(name)
        assert list(map(str, check(task))) == []
        scores = measure(task, task.load(1))
        known, learnt = (scores[role]["test"][task.metric] for role in ("baseline", "trained_baseline"))
        assert learnt < known if task.direction == "lower" else learnt > known
