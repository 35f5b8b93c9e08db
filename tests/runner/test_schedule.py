"""Limited hours are shared fairly: searches take turns, then final runs; nothing begins that would not end in time."""

import json
import math
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from studies import ONE_STRUCTURE, Listening, run, stored

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.results.status import status
from suite.results.store import Store
from suite.runner.cell_plan import plan_cell
from suite.runner.eta import Costs
from suite.runner.schedule import Deadline, Order, turn_of
from suite.runner.stale import StaleRecords

STUDY = """import numpy as np
from suite import Data, Experiment, task

def declare(name):
    @task(name, family="mine", kind="regression", metric="mse", baseline="mean")
    def numbers(seed: int) -> Data:
        rng = np.random.default_rng(seed)
        def split(n):
            x = rng.normal(size=(n, 5, 1)).astype("float32")
            return x, x[:, -1, 0].copy()
        return Data(split(20), split(10), split(10))
    return name

experiment = Experiment(tasks=[declare("one"), declare("other")], architectures=["gru"], trials={trials}, epochs=1,
                        seeds={seeds}, weights=60, search_space={space})
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Writes `study.py` into the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(trials, seeds):
        Path("study.py").write_text(STUDY.format(trials=trials, seeds=seeds, space=ONE_STRUCTURE))

    return write


def begun(store, role):
    """Ids of a role's records in the order in which they were begun."""
    records = [record for record in store.records() if record.role == role]
    return [record.id for record in sorted(records, key=lambda record: record.started)]


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
def test_without_hours_the_architectures_of_a_task_take_turns_too(study):
    study(2, 2)
    path = Path("study.py")
    path.write_text(path.read_text().replace('["gru"]', '["gru", "simple-rnn"]'))
    store = run(path, workers=0, progress=Listening())
    for role in ("trial", "final"):
        names = [
            f"{task}/{architecture}/{role}-{index:03d}"
            for task in ("one", "other")
            for index in range(2)
            for architecture in ("gru", "simple-rnn")
        ]
        assert begun(store, role) == names


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
class TestHours:
    @pytest.mark.parametrize(("trials", "seeds", "role"), [(200, 1, "trial"), (1, 300, "final")])
    def test_cells_take_turns_and_the_same_command_continues(self, study, trials, seeds, role):
        study(trials, seeds)
        turns: list[str] = []
        hours = 0.0005
        while len(turns) < 6:  # how far one command comes depends on the machine
            hours *= 2
            progress = Listening()
            try:
                store = run("study.py", workers=0, hours=hours, progress=progress)
            except RequestError as error:
                assert str(error) == f"the time limit of {hours:g} hours ran out before any training: allow more hours"
                continue
            turns = begun(store, role)
            pairs = [set(turns[i : i + 2]) for i in range(0, len(turns) - 1, 2)]
            names = [{f"{task}/gru/{role}-{index:03d}" for task in ("one", "other")} for index in range(len(pairs))]
            assert pairs == names
            left = 2 * (trials + seeds + 1) - len(list(store.records()))
            assert progress.said[-1].startswith(f"the time limit of {hours:g} hours ran out: {left} runs are not done")
            assert progress.said[-1].endswith("run the same command to continue")
        assert ("2 searches are unfinished" in progress.said[-1]) == (role == "trial")
        assert {record.status for record in store.records()} == {"ok"}

    def test_hours_that_end_before_any_training_are_a_wrong_request(self, study):
        study(1, 1)
        with pytest.raises(
            RequestError, match="the time limit of 1e-06 hours ran out before any training: allow more hours"
        ):
            run("study.py", workers=0, hours=1e-6)

    def test_with_time_to_spare_every_run_is_made(self, study):
        study(1, 1)
        progress = Listening()
        store = run("study.py", workers=0, hours=10, progress=progress)
        assert len(begun(store, "final")) == 2
        assert progress.said == []

    def test_running_trainings_are_dropped_and_no_process_is_left(self, study):
        study(200, 1)
        hours, status_code = 0.0025, 2
        while status_code == 2:  # workers of a busy machine may need longer to start
            hours *= 2
            command = [sys.executable, "-m", "suite", "run", "study.py", "--no-report", "--workers", "2",
                       "--hours", f"{hours}", "--json-lines", "events"]  # fmt: skip
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
            _, err = process.communicate(timeout=600)
            status_code = process.returncode
        assert status_code == 0, err
        assert "runs are not done" in err
        assert "Traceback" not in err
        events = [json.loads(line) for line in Path("events").read_text().splitlines()]
        assert (events[-1]["event"], events[-1]["reason"]) == ("finished", "hours")
        store = Store("results/study")
        assert store.unreadable() == {}
        counts = Counter(record.task for record in store.records())
        assert abs(counts["one"] - counts["other"]) <= 2
        assert sum(cell["trials"]["missing"] for cell in status(store)["cells"]) == 400 - sum(counts.values())
        until = time.monotonic() + 20
        while subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True).stdout:
            assert time.monotonic() < until, "an orphan process stays"
            time.sleep(0.2)


@pytest.fixture
def plans(tmp_path):
    """Three cells of two trials and three seeds, of which nothing was run."""
    return plans_of(tmp_path, ["adding-5"], ["simple-rnn", "lstm", "gru"])


def plans_of(folder, tasks, architectures):
    experiment = Experiment(tasks, architectures, trials=2, seeds=3)
    stale = StaleRecords(Store(folder), redo=False, say=print)
    return [plan_cell(experiment, cell, stale) for cell in experiment.cells]


def add(plan, role, index, seconds=1.0):
    plan.accept(stored(plan, role, index, seconds={"fit": seconds}))


def order(plans, hours, seconds=()):
    costs = Costs()
    for plan, cost in zip(plans, seconds, strict=False):
        costs.recorded[plan.cell.name].add(cost)
    return Order(plans, Deadline(hours), costs)


def begin(plan, role, index):
    plan.running.add(f"{plan.cell.name}/{role}-{index:03d}")


class TestTurns:
    """The order without hours."""

    def test_the_architectures_of_a_task_take_turns(self, plans):
        queue, begun = order(plans, None), []
        queue.took("a", ("adding-5", 1))
        for _ in range(6):
            plan = next(queue.cells("a"))
            begin(plan, "trial", sum(begun_by is plan for begun_by in begun))
            begun.append(plan)
        assert begun == [*plans, *plans]

    def test_searches_come_before_final_runs(self, plans):
        for index in range(2):
            add(plans[0], "trial", index)
        add(plans[1], "trial", 0)
        assert list(order(plans, None).cells("a")) == [plans[2], plans[1], plans[0]]

    def test_a_worker_stays_with_its_task_then_goes_to_one_without_a_worker(self, tmp_path):
        one, busy, free = (plans_of(tmp_path, [task], ["gru", "lstm"]) for task in ("adding-5", "adding-6", "adding-7"))
        queue = order([*one, *busy, *free], None)
        queue.took("a", ("adding-5", 1))
        begin(one[0], "trial", 0)
        begin(busy[0], "trial", 0)
        assert list(queue.cells("a")) == [one[1], one[0], *free, busy[1], busy[0]]
        assert list(queue.cells("new")) == [*free, one[1], one[0], busy[1], busy[0]]

    def test_the_task_of_a_dead_worker_is_free(self, plans):
        queue = order(plans, None)
        queue.took("dead", ("adding-5", 1))
        assert next(queue.cells("new")) is plans[0]

    def test_finished_cells_are_left_out(self, plans):
        plans[1].is_over = True
        assert list(order(plans, None).cells("a")) == [plans[0], plans[2]]

    def test_the_nearest_data_are_those_used_last_then_those_that_nobody_uses(self, plans):
        queue = order(plans, None)
        for worker, seed in (("a", 1), ("b", 1), ("b", 2)):
            queue.took(worker, ("adding-5", seed))
        assert [queue.distance("a", ("adding-5", seed)) for seed in (1, 2, 3)] == [0, 2, 1]
        assert [queue.distance("new", ("adding-5", seed)) for seed in (1, 2, 3)] == [2, 2, 1]


class TestOrder:
    def test_searches_come_before_final_runs_and_the_one_with_fewest_first(self, plans):
        first, second, third = plans
        for index in range(2):
            add(first, "trial", index)
        add(second, "trial", 0)
        assert [turn_of(plan) for plan in plans] == [(1, 0), (0, 1), (0, 0)]
        assert list(order(plans, 1).cells("a")) == [third, second, first]
        third.running |= {f"{third.cell.name}/trial-000", f"{third.cell.name}/trial-001"}
        assert list(order(plans, 1).cells("a")) == [second, third, first]

    def test_a_cell_without_enough_time_holds_the_others_in_its_round(self, plans):
        for plan in plans:
            add(plan, "trial", 0)
            add(plan, "trial", 1)
        add(plans[2], "final", 0)
        queue = order(plans, 1, [10_000, 1, 1])
        assert list(queue.cells("a")) == [plans[1]]
        for plan in plans[:2]:
            add(plan, "final", 0)
        assert list(queue.cells("a")) == [plans[1], plans[2]]
        add(plans[1], "final", 1)
        add(plans[2], "final", 1)
        assert list(queue.cells("a")) == []

    def test_a_cell_whose_last_runs_are_running_holds_no_other_up(self, plans):
        for plan in plans:
            add(plan, "trial", 0)
            add(plan, "trial", 1)
        plans[0].running |= {f"{plans[0].cell.name}/final-00{index}" for index in range(3)}
        for plan in plans[1:]:
            for index in range(2):
                add(plan, "final", index)
        plans[1].running.add(f"{plans[1].cell.name}/final-002")
        assert list(order(plans, 1, [1, 10_000, 1]).cells("a")) == [plans[2], plans[0]]

    def test_a_deadline_allows_work_that_ends_before_it(self):
        deadline = Deadline(1)
        assert deadline.allows(None)
        assert deadline.allows(3_500)
        assert not deadline.allows(3_600)
        assert not deadline.over
        assert Deadline(None).allows(math.inf) is False
        assert Deadline(None).allows(1e12)
        assert Deadline(1e-12).over
