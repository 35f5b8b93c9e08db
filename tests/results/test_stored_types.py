"""Records and descriptions are read into types and written back exactly; a damaged value is named in one line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from repository import ROOT

from suite.errors import UnreadableError
from suite.results.experiment_info import ExperimentInfo
from suite.results.record import Record
from suite.results.task_info import TaskInfo

FOLDER = ROOT / "tests" / "before_the_move" / "results" / "before_the_move"
FILES = {Record: "*/*/*-???.json", TaskInfo: "*/task.json", ExperimentInfo: "experiment.json"}
EVERY = [(kind, path) for kind, pattern in FILES.items() for path in sorted(FOLDER.glob(pattern))]
RECORD = FOLDER / "adding-10" / "gru" / "final-000.json"


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "path"), EVERY, ids=lambda part: getattr(part, "stem", ""))
def test_what_is_read_is_written_in_the_same_order(kind, path):
    stored = read(path)
    written = kind.from_json(stored, path).to_json()
    assert json.dumps({key: written[key] for key in written if key in stored}) == json.dumps(stored)
    assert not any(written[key] for key in written.keys() - stored.keys())


def test_unknown_keys_are_kept():
    later = read(RECORD) | {"energy": {"joules": 3}}
    assert Record.from_json(later, RECORD).to_json() == later


def test_a_failure_is_written_with_its_error_and_without_baselines():
    failed = replace(Record.from_json(read(RECORD), RECORD), status="error", error="no", baseline={}).to_json()
    assert (failed["error"], failed["baseline"]) == ("no", None)


@pytest.mark.parametrize("key", ["hyperparameters", "history", "gradients", "seconds", "flags", "trained_baseline"])
def test_null_means_empty(key):
    assert not getattr(Record.from_json(read(RECORD) | {key: None}, RECORD), key)


@pytest.mark.parametrize(
    ("kind", "path", "key", "value"),
    [
        (Record, RECORD, "weights", "many"), (Record, RECORD, "history", [1]), (Record, RECORD, "flags", "unequal"),
        (TaskInfo, FOLDER / "adding-10" / "task.json", "sizes", 3),
        (ExperimentInfo, FOLDER / "experiment.json", "tasks", "adding-10"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_named_with_its_file(kind, path, key, value):
    with pytest.raises(UnreadableError) as caught:
        kind.from_json(read(path) | {key: value}, path)
    assert str(caught.value) == f"'{path}' is damaged: its '{key}' is {value!r}"


def test_scores_are_those_of_the_split_that_counts():
    final = Record.from_json(read(RECORD), RECORD)
    assert final.score("mse") == final.metrics["test"]["mse"]
    assert final.score("mse", "validation") == final.metrics["validation"]["mse"]
    assert replace(final, role="trial").score("mse") == final.metrics["validation"]["mse"]
    assert final.baseline_scores("mse") == (final.baseline["test"]["mse"], final.trained_baseline["test"]["mse"])
    assert final.score("no-such-metric") is None
    assert replace(final, metrics={}).score("mse") is None
