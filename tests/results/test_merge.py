"""Folders of several machines become one: equal runs count once, contradictions are listed, nothing is overwritten."""

import json
import shutil

import numpy as np
import pytest

from suite.cli import main
from suite.files.reading import read_json
from suite.files.writing import write_json
from suite.results.lock import Lock
from suite.results.store import Store

TASKS = ("speech-like", "adding-50")
RUN = "speech-like/lstm/final-001"


@pytest.fixture
def machines(tmp_path, records, monkeypatch):
    """A complete study, and folders `a` and `b` that hold one task each and both the run `RUN`."""
    monkeypatch.chdir(tmp_path)
    whole = records.write_study(tmp_path / "whole", trials=2, seeds=2, tasks=TASKS)
    for name, task in zip("ab", TASKS, strict=True):
        records.write_experiment(tmp_path / name, tasks=list(TASKS), trials=2, seeds=2, machine={"processor": name})
        shutil.copytree(whole / task, tmp_path / name / task)
    for suffix, content in ((".json", None), (".npz", b"predictions"), (".keras", b"model")):
        if content:
            Store(whole).path(RUN, suffix).write_bytes(content)
            Store("a").path(RUN, suffix).write_bytes(content)
    Store("b").path(RUN).parent.mkdir(parents=True)
    shutil.copy(Store(whole).path(RUN), Store("b").path(RUN))
    return tmp_path


def merge(*arguments):
    return main(["merge", *arguments])


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(folder, run_id, **changes):
    path = Store(folder).path(run_id)
    write_json(path, read_json(path) | changes)


class TestJoining:
    def test_every_run_is_copied_once_with_predictions_and_model(self, machines, capsys):
        assert merge("a", "b", "--into", "all") == 0
        assert capsys.readouterr().out == "24 runs in all folders, 24 copied to 'all'\n"
        joined, whole = content(machines / "all"), content(machines / "whole")
        del joined[next(path for path in joined if path.name == "experiment.json")]
        del whole[next(path for path in whole if path.name == "experiment.json")]
        assert joined == whole

    def test_the_same_again_copies_nothing_and_changes_nothing(self, machines, capsys):
        merge("a", "b", "--into", "all")
        before = {path: path.stat().st_mtime_ns for path in (machines / "all").rglob("*")}
        assert merge("b", "a", "--into", "all") == 0
        assert "24 runs in all folders, 0 copied" in capsys.readouterr().out
        assert {path: path.stat().st_mtime_ns for path in (machines / "all").rglob("*")} == before

    def test_one_folder_can_be_joined_to_another(self, machines, capsys):
        assert merge("b", "a", "--into", "a") == 0
        assert "24 runs in all folders, 12 copied to 'a'" in capsys.readouterr().out

    def test_what_is_known_of_test_targets_is_copied_once(self, machines):
        for name in "ab":
            (machines / name / "adding-50").mkdir(exist_ok=True)
            shutil.copy(machines / "whole/adding-50/task.json", machines / name / "adding-50")
            (machines / name / "adding-50/items-both.npz").write_bytes(name.encode())
            (machines / name / f"adding-50/items-{name}.npz").write_bytes(b"one")
        assert merge("a", "b", "--into", "all") == 0
        copied = {path.name: path.read_bytes() for path in (machines / "all").glob("adding-50/items-*.npz")}
        assert copied == {"items-both.npz": b"a", "items-a.npz": b"one", "items-b.npz": b"one"}

    def test_times_and_machines_may_differ(self, machines):
        change("b", RUN, seconds={"fit": 99.0}, machine={"cores": 64}, attempt=2)
        assert merge("a", "b", "--into", "all") == 0

    def test_baselines_are_joined_by_seed(self, machines, records):
        for name, seed in zip("ab", (11, 12), strict=True):
            baselines = {str(s): {"checksum": f"{s}", "baseline": {"test": {"mse": s / 3}}} for s in (7, seed)}
            records.write_task(machines / name, "adding-50", baselines=baselines, examples=[{"x": [seed]}])
        assert merge("a", "b", "--into", "all") == 0
        assert sorted(Store("all").task("adding-50").baselines) == ["11", "12", "7"]

    def test_a_killed_run_is_replaced_by_a_finished_one(self, machines):
        change("a", RUN, status="killed", error="the worker process died", metrics={}, history={})
        assert merge("b", "--into", "a") == 0
        assert Store("a").read(RUN).status == "ok"
        assert Store("a").path(f"{RUN}.json.attempt-1", "").exists()

    def test_the_report_and_files_set_aside_are_not_copied(self, machines):
        Store("a").path(f"{RUN}.json.stale-1", "").write_text("{}")
        (machines / "a" / "report").mkdir()
        (machines / "a" / "report" / "index.html").touch()
        assert merge("a", "b", "--into", "all") == 0
        assert {path.name for path in (machines / "all").iterdir()} == {"experiment.json", *TASKS}
        assert not list((machines / "all").rglob("*.stale-1"))


class TestConflicts:
    def test_different_numbers_are_listed_and_left_out(self, machines, capsys):
        metrics = Store("b").read(RUN).metrics
        metrics["test"]["accuracy"] = np.nextafter(metrics["test"]["accuracy"], 1)
        change("b", RUN, metrics=metrics)
        assert merge("a", "b", "--into", "all") == 1
        line, counts = capsys.readouterr().out.splitlines()
        assert line.startswith(f"conflict: {RUN}: 'a' and 'b' differ: metrics.test.accuracy by 1.")
        assert line.endswith("e-16; left out in 'all'")
        assert counts == "24 runs in all folders, 23 copied to 'all'"
        assert not Store("all").path(RUN).exists()

    def test_nothing_is_ever_overwritten(self, machines, capsys):
        before = content(machines / "a")
        change("b", RUN, best_epoch=1)
        assert merge("b", "--into", "a") == 1
        assert f"{RUN}: 'a' and 'b' differ: best_epoch by" in capsys.readouterr().out
        assert before.items() <= content(machines / "a").items()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [({"spec": {"seed": 5}}, "differ: spec.seed;"), ({"status": "diverged"}, "differ: status is different;"),
         ({"history": {}}, "differ: history.accuracy is different, history.loss is different")],
    )  # fmt: skip
    def test_another_spec_or_outcome_is_a_conflict(self, machines, capsys, changes, said):
        change("b", RUN, **changes)
        assert merge("a", "b", "--into", "all") == 1
        assert said in capsys.readouterr().out

    def test_other_data_for_a_seed_and_another_task_are_conflicts(self, machines, records, capsys):
        for name, checksum in zip("ab", ("one", "other"), strict=True):
            records.write_task(machines / name, "adding-50", baselines={"7": {"checksum": checksum}})
        records.write_task(machines / "b", "speech-like", version=2)
        assert merge("a", "b", "--into", "all") == 1
        told = capsys.readouterr().out
        assert (
            "adding-50/task.json: 'b' differs: baselines.7.checksum is different; the first folder's values are used"
            in told
        )
        assert "speech-like/task.json: 'b' describes another task: version" in told
        assert Store("all").task("adding-50").baselines["7"] == {"checksum": "one"}

    @pytest.mark.parametrize("name", [f"{RUN}.json", "adding-50/task.json"])
    def test_an_unreadable_file_is_named_and_left_alone(self, machines, capsys, name):
        (machines / "b" / name).write_text('{"id": "spee')
        assert merge("a", "b", "--into", "all") == 1
        out, err = capsys.readouterr()
        assert f"b/{name}' cannot be read" in err
        assert err.endswith("not merged, left as it is\n")
        assert "24 runs in all folders, 24 copied" in out
        assert (machines / "b" / name).read_text() == '{"id": "spee'

    def test_a_broken_record_is_not_overwritten(self, machines):
        Store("a").path(RUN).write_text("{")
        assert merge("b", "--into", "a") == 1
        assert Store("a").path(RUN).read_text() == "{"


def test_a_folder_that_another_command_writes_to_is_refused(machines, capsys):
    with Lock(machines / "a"):
        assert merge("b", "--into", "a") == 2
    assert "'a' is in use by process" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "the following arguments are required: DIR, --into"),
        (("a", "b"), "the following arguments are required: --into"),
        (("a", "--into", "all"), "nothing to merge: name at least two results folders"),
        (("a", "a/../a", "--into", "all"), "nothing to merge"),
        (("a", "--into", "a"), "nothing to merge"),
        (("a", "c", "--into", "all"), "no results folder 'c': "),
        (("a", "empty", "--into", "all"), "'empty' contains no experiment.json"),
        (("a", "other", "--into", "all"), "'a' and 'other' hold different experiments: epochs 12 -> 30"),
        (("b", "--into", "other"), "'other' and 'b' hold different experiments: epochs 30 -> 12"),
        (("a", "b", "--into", "a/experiment.json"), "'a/experiment.json/experiment.json' cannot be read"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line_and_writes_nothing(machines, records, capsys, arguments, line):
    (machines / "empty").mkdir()
    records.write_experiment(machines / "other", tasks=list(TASKS), trials=2, seeds=2, epochs=30)
    before = content(machines)
    assert merge(*arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert line in err
    assert content(machines) == before
    assert not (machines / "all").exists()


def test_fields_that_do_not_affect_numbers_may_differ_and_earlier_claims_are_joined(machines):
    for name, seconds in zip("ab", (None, 600), strict=True):
        path = machines / name / "experiment.json"
        claims = {"hash": "h", "own": [], "before": ["shared", name]}
        write_json(path, read_json(path) | {"run_timeout": seconds, "description": name, "claims_fixed": claims})
    assert merge("a", "b", "--into", "all") == 0
    assert Store("all").experiment().claims_fixed["before"] == ["shared", "a", "b"]


def test_trials_granted_by_any_machine_are_granted_in_the_joined_folder(machines):
    looks = {"looks": [24, 48, 96], "trials": 96}
    for name, granted in (("a", {"one": 48, "two": 24}), ("b", {"two": 96, "three": 24})):
        path = machines / name / "experiment.json"
        write_json(path, read_json(path) | looks | {"granted": granted})
    assert merge("a", "b", "--into", "all") == 0
    assert Store("all").experiment().granted == {"one": 48, "two": 96, "three": 24}


def test_the_experiment_file_is_stored_relative_to_the_joined_folder(machines):
    path = machines / "a" / "experiment.json"
    write_json(path, read_json(path) | {"file": "../study.py"})
    assert merge("a", "b", "--into", "deeper/all") == 0
    assert Store("deeper/all").experiment().file == "../../study.py"


def test_experiment_json_is_that_of_the_first_folder(machines):
    merge("b", "a", "--into", "all")
    assert json.loads((machines / "all" / "experiment.json").read_text())["machine"] == {"processor": "b"}
