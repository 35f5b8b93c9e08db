"""The dry run estimates what a run will take, and writes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from studies import ONE_STRUCTURE, run, stored

from suite.cli import main
from suite.experiment.experiment import Experiment
from suite.results.store import Store
from suite.runner.cell_plan import plan_cell
from suite.runner.estimate import epochs_left, lasts
from suite.runner.stale import StaleRecords

STUDY = """import numpy as np
from suite import Data, Experiment, task

@task("last-of-five", family="mine", kind="regression", metric="mse", baseline="mean")
def last_of_five(seed: int) -> Data:
    {first}
    rng = np.random.default_rng(seed)
    def split(n):
        x = rng.normal(size=(n, 5, 1)).astype("float32")
        return x, x[:, -1, 0].copy()
    return Data(split(60), split(20), split(20))

experiment = Experiment(tasks=["last-of-five"], architectures=["gru"], trials=2, epochs={epochs}, seeds={seeds},
                        patience=2, weights=60, search_space={space})
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Writes an experiment file into the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(first="", seeds=2, epochs=2):
        Path("study.py").write_text(STUDY.format(first=first, seeds=seeds, epochs=epochs, space=ONE_STRUCTURE))

    write()
    return write


@pytest.fixture
def foretold(capsys):
    """What `suite run --dry-run --json` prints."""

    def foretell(*arguments):
        assert main(["run", "study.py", "--dry-run", "--json", "--workers", "0", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return foretell


def files():
    return {path: path.stat().st_mtime_ns for path in Path().rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
class TestDryRun:
    def test_the_estimate_is_printed_and_nothing_is_written(self, study):
        before = files()
        command = [sys.executable, "-m", "suite", "run", "study.py", "--dry-run", "--workers", "1", "--hours", "9"]
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"TMPDIR": str(Path().resolve())}
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert "dry run: training 2 configurations of 1 cell for one epoch each" in done.stderr
        assert "2/2 timed: last-of-five/gru" in done.stderr
        head, cell, *told = done.stdout.splitlines()
        assert head.split() == ["cell", "trials", "finals", "controls", "time", "on", "a", "worker"]
        assert cell.split()[:4] == ["last-of-five/gru", "2", "2", "1"]
        assert told[0] == "runs: 5 left to do (2 trials, 2 finals, 1 control)"
        assert [line.split(":")[0] for line in told[1:4]] == ["time", "memory", "disk"]
        assert "on this machine with 1 worker" in told[1]
        assert told[4] == "the limit of 9 hours should suffice"
        assert files() == before

    def test_stored_and_adopted_runs_are_not_counted(self, study, foretold):
        store = run("study.py", workers=0)
        before = files()
        assert foretold()["runs"] == 0
        study(seeds=5)
        found = foretold("--reuse", "results/study", "--results", "elsewhere")
        assert (found["runs"], found["adopted"], found["cells"][0]["left"]["final"]) == (3, 5, 3)
        study()
        assert {path for path in files() if path.suffix != ".py"} == {path for path in before if path.suffix != ".py"}
        store.path("last-of-five/gru/final-001").unlink()
        found = foretold()
        assert found["cells"][0]["left"] == {"trial": 0, "final": 1, "control": 0}
        assert 0 < found["seconds"]["least"] <= found["seconds"]["likely"] <= found["seconds"]["most"]
        real = sum(path.stat().st_size for path in store.root.glob("*/*/final-000.*"))
        assert 0.7 * real < found["bytes"] < 1.5 * real

    def test_it_refuses_what_the_run_would_refuse(self, study, capsys):
        run("study.py", workers=0)
        study(epochs=3)
        assert main(["run", "study.py", "--dry-run", "--workers", "0"]) == 2
        assert "made with other settings: budget.epochs 2 -> 3" in capsys.readouterr().err

    def test_with_planned_looks_it_is_up_to_the_next_one_and_says_what_each_takes(self, study, foretold, capsys):
        found = foretold("--until-decided", "--at-most-trials", "60")
        assert found["cells"][0]["left"] == {"trial": 48, "final": 2, "control": 1}
        assert [(look["trials"], look["runs"]) for look in found["looks"]] == [(48, 51), (60, 63)]
        near, far = (look["seconds"] for look in found["looks"])
        assert found["seconds"] == near
        assert near["likely"] < far["likely"]
        assert main(["run", "study.py", "--dry-run", "--workers", "0", "--until-decided"]) == 0
        out = capsys.readouterr().out
        assert "runs: 51 left to do up to the next look (48 trials, 2 finals, 1 control)" in out
        assert "up to the look after 192 trials, if every open task goes on to it: 195 runs, about " in out

    def test_a_cell_that_cannot_be_trained_is_reported(self, study, capsys):
        study(first='raise OSError("the sensor is off")')
        assert main(["run", "study.py", "--dry-run", "--workers", "0"]) == 1
        out, err = capsys.readouterr()
        assert "last-of-five/gru  2       2       1         its data cannot be loaded" in out
        assert "the sensor is off" in err
        assert not Path("results").exists()


class TestCounting:
    @pytest.fixture
    def plan(self, tmp_path):
        """A cell of four trials and two seeds of at most ten epochs, with a patience of three."""
        experiment = Experiment(["adding-5"], ["gru"], trials=4, seeds=2, epochs=10, patience=3)
        return plan_cell(experiment, experiment.cells[0], StaleRecords(Store(tmp_path), redo=False, say=print))

    def test_every_run_left_has_its_own_longest_training(self, plan):
        plan.add(stored(plan, "final", 0))
        assert epochs_left(plan) == {"trial": [10] * 4, "final": [10], "control": [10]}

    def test_patience_ends_a_run_as_it_did_before_or_half_way(self, plan):
        assert lasts(plan, 10) == {"least": 4, "likely": 7, "most": 10}
        assert lasts(plan, 2) == {"least": 2, "likely": 2, "most": 2}
        for index, epochs in enumerate((5, 6)):
            plan.add(stored(plan, "trial", index, epochs=epochs))
        assert lasts(plan, 10)["likely"] == 5.5
