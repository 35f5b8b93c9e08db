"""A study that stops when it knows: tasks stop, grow or wait, whatever happened to the command before."""

from types import SimpleNamespace

import numpy as np
import pytest
from studies import Listening

from suite.claims.preregistration import fixed
from suite.cli import main
from suite.experiment.experiment import Experiment
from suite.files.reading import read_json
from suite.files.writing import write_json
from suite.results.status import status
from suite.results.store import Store
from suite.runner.cell_plan import left
from suite.runner.looks import Looks
from suite.runner.options import RunOptions
from suite.runner.preparation import Preparation
from suite.runner.ready import ready_scored, ready_trials
from suite.runner.reuse import Reuse
from suite.runner.schedule import Deadline, Order

SPEECH, SENTIMENT = "speech-like", "sentiment-like"
SPREAD = 0.05


class Study:
    """A folder with trials that were written by hand, and commands that look at them."""

    def __init__(self, folder, records, **fields):
        declared = {"tasks": [SPEECH], "architectures": ["lstm", "gru"], "looks": (24, 48, 96), "name": "study"}
        self.experiment, self.records = Experiment(**declared | fields), records
        self.events: list[dict] = []
        self.store = Store(folder / "study")
        for task in self.experiment.tasks:
            records.write_task(self.store.root, task)
        claims = fixed(self.experiment, None, runs_made=False)
        write_json(self.store.path("experiment"), self.experiment.resolved() | {"claims_fixed": claims})

    def write(self, until, gap, task=SPEECH, names=("lstm", "gru")):
        """Write trials 0 to `until`, in which the first architecture leads by this much accuracy."""
        for cell in self.experiment.cells:
            name = cell.architecture.name
            if cell.task.name == task and name in names:
                noise = np.random.default_rng(["lstm", "gru"].index(name)).normal(size=96)
                for index in range(until):
                    run = self.experiment.run(cell, "trial", index, {"learning_rate": 1e-3})
                    score = 0.7 + gap * (name == "lstm") + SPREAD * noise[index]
                    record = self.records.record(task, name, "trial", index, score, spec=run.spec, seed=run.seed)
                    self.records.write(self.store.root, record)

    def command(self, **options):
        """Begin a command, and return what takes its looks."""
        progress = Listening()
        progress.events = SimpleNamespace(write=self.listen)
        preparation = Preparation(self.experiment, self.store, RunOptions(workers=0, **options), progress)
        preparation.read(Reuse(None, self.store))
        progress.watch(preparation.plans)
        for plan in preparation.plans:
            plan.configurations = {index: {} for index in range(plan.most_trials)}
        return Looks(preparation, progress)

    @property
    def granted(self):
        return read_json(self.store.path("experiment")).get("granted")

    def listen(self, name, **facts):
        self.events.append({"event": name} | facts)


@pytest.fixture
def study(tmp_path, records):
    """Makes a study of two architectures on one task, or on those given."""
    return lambda **fields: Study(tmp_path, records, **fields)


def facts(looks):
    """(trials that each cell needs, whether they may grow, whether final runs may begin), the same for all cells."""
    (found,) = {
        (plan.expected["trial"], plan.growing, bool(list(ready_scored(plan, "final"))))
        for plan in looks.preparation.plans
    }
    return found


def test_before_its_first_look_a_cell_has_its_trials_to_do_and_no_final_run_yet(study):
    made = study()
    looks = made.command()
    assert not looks.take()
    assert facts(looks) == (24, True, False)
    assert {left(plan) for plan in looks.preparation.plans} == {24 + 5 + 1}
    assert made.granted is None


def test_a_task_without_open_comparisons_stops_and_its_final_runs_follow(study):
    made = study()
    made.write(24, gap=0.3)
    looks = made.command()
    assert looks.take()
    assert facts(looks) == (24, False, True)
    assert made.granted == {SPEECH: 24}
    assert looks.progress.said == ["speech-like, look 1 of 3 (24 trials): no comparison needs more trials"]
    assert not looks.take()


def test_a_task_with_an_open_comparison_goes_on_to_the_next_look(study):
    made = study()
    made.write(24, gap=0.01)
    looks = made.command()
    assert looks.take()
    assert facts(looks) == (48, True, False)
    assert [list(ready_trials(plan)) for plan in looks.preparation.plans] == [list(range(24, 48))] * 2
    assert made.granted == {SPEECH: 48}
    (said,) = looks.progress.said
    assert said.startswith("speech-like, look 1 of 3 (24 trials): 1 of 5 comparisons open: lstm against gru; ")
    (event,) = made.events
    assert event | {"event": "look", "task": SPEECH, "look": 1, "looks": 3, "trials": 24, "next": 48} == event
    assert (event["comparisons"], event["open"]) == (5, [["lstm", "gru"]])
    assert event["left"] == 2 * (24 + 5 + 1)


@pytest.mark.slow
def test_after_the_last_look_a_task_stops_with_what_is_open(study):
    made = study()
    made.write(96, gap=0.01)
    looks = made.command()
    assert looks.take()
    assert facts(looks) == (96, False, True)
    assert looks.progress.said[-1].endswith("; this was the last look")


def test_a_cell_that_is_ahead_waits_for_the_others_of_its_task(study):
    made = study()
    made.write(24, gap=0.3)
    made.store.path("speech-like/gru/trial-023").unlink()
    looks = made.command()
    assert not looks.take()
    assert facts(looks) == (24, True, False)
    assert [list(ready_trials(plan)) for plan in looks.preparation.plans] == [[], [23]]


def test_a_failed_trial_is_a_trial(study, records):
    made = study()
    made.write(24, gap=0.3)
    run = made.experiment.run(made.experiment.cells[1], "trial", 3, {})
    records.write(
        made.store.root,
        records.failed(SPEECH, "gru", "trial", 3, "diverged", "NaN") | {"spec": run.spec, "seed": run.seed},
    )
    looks = made.command()
    assert looks.take()
    assert facts(looks)[:2] == (24, False)


def test_each_task_decides_for_itself(study):
    made = study(tasks=[SPEECH, SENTIMENT])
    made.write(24, gap=0.25)
    made.write(24, gap=0.01, task=SENTIMENT)
    looks = made.command()
    looks.take()
    assert made.granted == {SPEECH: 24, SENTIMENT: 48}


class TestContinuing:
    @pytest.mark.slow
    def test_looks_are_repeated_from_the_records_and_reported_once(self, study):
        made = study()
        made.write(24, gap=0.01)
        made.command().take()
        made.write(48, gap=0.01)
        looks = made.command()
        looks.take()
        assert made.granted == {SPEECH: 96}
        assert [said.partition(":")[0] for said in looks.progress.said] == ["speech-like, look 2 of 3 (48 trials)"]
        again = made.command()
        again.take()
        assert facts(again) == facts(looks) == (96, True, False)
        assert again.progress.said == []

    @pytest.mark.slow
    def test_one_command_decides_as_many_do(self, study):
        made = study()
        made.write(70, gap=0.01)
        looks = made.command()
        looks.take()
        assert made.granted == {SPEECH: 96}
        assert [next(iter(ready_trials(plan))) for plan in looks.preparation.plans] == [70, 70]

    def test_trials_beyond_the_look_that_decided_do_not_count(self, study):
        made = study()
        made.write(48, gap=0.3)
        looks = made.command()
        looks.take()
        assert made.granted == {SPEECH: 24}
        for plan in looks.preparation.plans:
            assert (plan.best.index < 24, left(plan)) == (True, 6)

    def test_the_study_is_complete_when_its_granted_runs_are_made(self, study, records):
        made = study()
        made.write(24, gap=0.3)
        made.command().take()
        for name in ("lstm", "gru"):
            for role, count in (("final", 5), ("control", 1)):
                for index in range(count):
                    records.write(made.store.root, records.record(SPEECH, name, role, index))
        cells = status(made.store)["cells"]
        assert [cell["trials"] for cell in cells] == [{"done": 24, "failed": 0, "missing": 0}] * 2
        assert {cell[role]["missing"] for cell in cells for role in ("finals", "controls")} == {0}


class TestSomeCells:
    """A command that runs some architectures only."""

    def test_a_look_waits_for_cells_that_nobody_has_run(self, study):
        made = study()
        made.write(24, gap=0.3, names=["lstm"])
        looks = made.command(architectures=["lstm"])
        assert not looks.take()
        assert looks.waiting() == (
            "speech-like: the next look waits for trials of architectures that this command does not run; run them, too"
        )
        assert Order(looks.preparation.plans, Deadline(1), looks.progress.costs).left_out() == ""

    def test_a_look_uses_their_stored_trials(self, study):
        made = study()
        made.write(24, gap=0.3)
        looks = made.command(architectures=["lstm"])
        assert looks.take()
        assert facts(looks) == (24, False, True)
        assert looks.waiting() == ""

    @pytest.mark.slow
    def test_other_tasks_keep_what_they_were_granted(self, study):
        made = study(tasks=[SPEECH, SENTIMENT])
        made.write(24, gap=0.01)
        made.command(tasks=[SPEECH]).take()
        made.write(24, gap=0.01, task=SENTIMENT)
        made.command(tasks=[SENTIMENT]).take()
        assert made.granted == {SPEECH: 48, SENTIMENT: 48}


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "fault"),
        [
            ("--at-most-trials 48", r"at_most_trials (--at-most-trials) needs until_decided (--until-decided): add it"),
            ("--until-decided --at-most-trials 23", "at_most_trials must be a whole number of at least 24, not 23"),
            ("--until-decided --at-most-trials 0", "at_most_trials must be a whole number of at least 24, not 0"),
        ],
    )
    def test_a_wrong_request_is_refused_in_one_line(self, tmp_path, monkeypatch, capsys, options, fault):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "study.py").write_text(
            "from suite import Experiment\nexperiment = Experiment(['adding-50'], ['lstm', 'gru'])\n"
        )
        assert main(["run", "study.py", "--workers", "0", *options.split()]) == 2
        assert capsys.readouterr().err.strip().endswith(fault)
        assert not (tmp_path / "results").exists()

    def test_looks_are_planned_only_on_request(self):
        made = Experiment([SPEECH], ["lstm", "gru"], trials=12, best_of=3)
        assert RunOptions().planned(made) == made
        assert RunOptions(until_decided=True, at_most_trials=50).planned(made).looks == (24, 48, 50)
