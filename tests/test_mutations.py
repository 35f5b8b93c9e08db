"""Whatever is damaged in a results folder is named in one line, commands go on with the rest, a run makes it again."""

import json
import random
from collections import Counter

import mutations
import numpy as np
import pytest

from suite.errors import UnreadableError
from suite.files.reading import read_json
from suite.files.strict_json import parsed
from suite.files.writing import write_arrays, write_json
from suite.results.experiment_info import ExperimentInfo
from suite.results.record import Record
from suite.results.results import load
from suite.results.store import Store
from suite.results.task_info import TaskInfo

ARCHITECTURES = ("lstm", "gru")
CHECKSUM = "0123456789abcdef"
SPEC = {
    "task": {"version": 1, "examples": None}, "data": {"seed": 1, "checksum": CHECKSUM, "fold": [0, 2]},
    "architecture": {"version": 1, "fingerprint": {"parts": [1.0, [2.0]]}}, "recipe": {"loss": "huber"},
    "budget": {"weights": 5000, "epochs": 12, "patience": 4, "threads": 1}, "hyperparameters": {"units": 4}, "seed": 1,
}  # fmt: skip
BESIDE = {
    "spec": SPEC, "gradients": {"start": {"1": 0.5, "2": 0.2}, "kept": {"1": 0.4}}, "trivial_loss": 1.0,
    "started": "2026-01-01T00:00:00+00:00", "lacking": {"saved model": "it has a Lambda layer"},
    "seconds": {"data": 0.1, "fit": 3.0, "epochs": [0.1, 0.2], "predict_1": 0.01, "cpu": 3.0}, "flags": ["unequal"],
    "intervals": {"level": 0.9, "validation": 200, "test": 200, "coverage": [0.9], "width": [1.2]},
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory, records):
    """A small study by hand, with something in every field that a run or a description may have."""
    root = tmp_path_factory.mktemp("sound") / "quick"
    tasks = ("speech-like", "adding-50")
    records.write_experiment(root, tasks=list(tasks), architectures=list(ARCHITECTURES), trials=12, seeds=2)
    for task in tasks:
        scores = {split: {records.TASKS[task]["metric"]: 0.1} for split in ("validation", "test")}
        rivals = {"lags": {"words": "a linear model", "seconds": 0.1, "scores": scores}}
        draw = {"checksum": CHECKSUM, "baseline": scores, "trained_baseline": None, "rivals": rivals, "fold": [0, 2],
                "best_rival": "lags", "references": {"x": scores}}  # fmt: skip
        records.write_task(
            root, task, classes=list("abcdefghij"), baselines={"1": draw}, reference=[0.9, "Kuster 2009"],
            examples=[{"x": [[0.1], [0.2]], "y": 1, "length": 2}], sheet={"facts": {"groups": 4}, "notices": ["see"]},
            metrics={"mine": {"direction": "higher", "perfect": 1.0}}, signature={"length": 2, "features": 1},
        )  # fmt: skip
        for architecture in ARCHITECTURES:
            for index in range(12):
                records.write(root, records.record(task, architecture, "trial", index))
            for index in range(2):
                made = records.record(task, architecture, "final", index, **BESIDE)
                records.write(root, made)
                arrays = {"target": np.arange(20) % 10, "prediction": np.full((20, 10), 0.1), "preparation/mean": [0.0]}
                write_arrays(root / f"{made['id']}.npz", arrays)
    return root


@pytest.mark.parametrize(("kind", "name"), [(Record, "adding-50/gru/final-001.json"), (TaskInfo, "adding-50/task.json"),
                                            (ExperimentInfo, "experiment.json")])  # fmt: skip
def test_one_reader_for_each_kind_of_file_refuses_what_is_damaged_and_accepts_the_rest(sound, kind, name):
    path, rng, ends = sound / name, random.Random(name), Counter()
    content = read_json(path)
    for _ in range(300):
        text = json.dumps(mutations.mutated(content, rng))
        try:
            made = kind.from_json(parsed(text), path)
        except (ValueError, RecursionError, UnreadableError) as error:
            ends[type(error).__name__] += 1
        else:
            json.dumps(made.to_json(), allow_nan=False).encode("utf-8")
            ends["read"] += 1
    assert set(ends) >= {"read", "UnreadableError", "ValueError"}
    assert ends["UnreadableError"] > 50


@pytest.mark.slow
def test_every_command_goes_on_with_the_rest_or_says_in_a_line_why_not(sound):
    found = list(mutations.cases(sound, 24, seed=20))
    assert len(found) == 24 * (len(mutations.QUICK) + 1)
    assert [fault for _, fault in found if fault] == []


@pytest.mark.parametrize("command", ["status", "trials", "claims", "best", "diff"])
def test_commands_say_what_they_left_out(sound, tmp_path, command, capsys):
    folder = tmp_path / "quick"
    mutations.shutil.copytree(sound, folder)
    (folder / "adding-50/gru/final-000.json").write_text("{")
    others = [str(sound)] if command == "diff" else []
    assert mutations.cli.main([command, str(folder), *others]) in (0, 1)
    assert capsys.readouterr().err.count("final-000.json' cannot be read") == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("index", True, "is damaged: its 'index' is True"), ("index", 7, "of adding-50/gru/final-007"),
     ("task", "../../..", "is damaged: its 'task' is"), ("role", "trial", "holds the record of"),
     ("history", {"loss": ["low"]}, "its 'history' is"), ("gradients", {"start": {"one": 1.0}}, "is damaged: invalid"),
     ("seconds", {"fit": "long"}, "its 'seconds' is"), ("spec", {"budget": {"threads": 10**9}}, "its 'spec' is"),
     ("spec", {"data": {"checksum": "../../x"}}, "its 'spec' is"), ("finished", "yesterday", "is damaged: Invalid"),
     ("spec", {"data": {"fold": [2, 2]}}, "a fold that does not exist"), ("hyperparameters", {"a": []}, "its 'hyper"),
     ("metrics", {"test": {"mse": True}}, "its 'metrics' is"), ("spec", {"data": None}, "its 'spec' holds null")],
)  # fmt: skip
def test_a_record_is_refused_for_what_its_fields_cannot_be(sound, key, value, said):
    path = sound / "adding-50/gru/final-001.json"
    with pytest.raises(UnreadableError) as refused:
        Record.from_json(read_json(path) | {key: value}, path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, ""), ({"trivial": None}, "it lacks trivial"), ({"trained": np.ones(3)}, "one value of each kind"),
     ({"trivial": np.array(["a", "b"])}, "trivial holds no scores"), ({"cluster": np.zeros((2, 2))}, "one value of")],
)  # fmt: skip
def test_what_is_known_of_test_targets_is_left_out_if_it_is_incomplete(sound, tmp_path, changes, said):
    folder = mutations.shutil.copytree(sound, tmp_path / "quick")
    arrays = {"unit": np.array("example"), "cluster": np.arange(2), "trivial": np.ones(2)} | changes
    path = Store(folder).items_path("adding-50", CHECKSUM)
    write_arrays(path, {name: array for name, array in arrays.items() if array is not None})
    results = load(folder)
    assert bool(results.items("adding-50", CHECKSUM)) == (not said)
    assert said in " ".join(results.unreadable.values())


def test_the_best_rival_of_a_task_is_one_of_its_rivals(sound):
    path = sound / "adding-50/task.json"
    content = read_json(path)
    content["baselines"]["1"]["best_rival"] = "<script>"
    with pytest.raises(UnreadableError, match="is damaged: it has no rival '<script>'"):
        TaskInfo.from_json(content, path)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 400,
        f"[{'1' * 310}.5]",
        "[1E999]",
        "[18446744073709551616]",
        "[NaN]",
        "[1e999]",
        "[" * 200 + "]" * 200,
        r'"\ud800"',
        "-Infinity",
    ],
)
def test_a_document_with_what_no_json_file_of_ours_holds_is_refused(text):
    with pytest.raises(ValueError):  # UnicodeEncodeError is one, too
        parsed(text)


def test_large_seeds_and_small_numbers_are_read():
    assert parsed("[18446744073709551615, 1e-300, 0.12345678901234567890123]") == [
        2**64 - 1,
        1e-300,
        0.12345678901234568,
    ]


def test_a_run_sets_aside_what_is_damaged_and_keeps_the_rest(sound, tmp_path, capsys):
    folder = tmp_path / "case" / "quick"
    (tmp_path / "case").mkdir()
    mutations.shutil.copytree(sound, folder)
    mutations.shutil.copytree(sound, tmp_path / "case" / "sound")
    write_json(folder / "experiment.json", {"tasks": [[]]})
    write_json(folder / "adding-50/task.json", {"name": "other"})
    (folder / "adding-50/gru/final-000.json").write_text("{")
    (folder / "adding-50/gru/final-001.npz").write_bytes(b"PK")
    assert mutations.resumed(folder) == 0
    said = capsys.readouterr().err
    names = ["experiment", "adding-50/task", "adding-50/gru/final-000", "adding-50/gru/final-001"]
    assert [(folder / f"{name}.json.unreadable-1").exists() for name in names] == [True] * 4
    assert (folder / "adding-50/gru/final-001.npz.unreadable-1").exists()
    assert said.count("set aside as") == 4
    assert Store(folder).unreadable() == {}
