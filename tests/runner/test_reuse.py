"""A small study grows into a large one: equal runs are copied, all others are done."""

import json
import shutil
from pathlib import Path

import pytest
from studies import ONE_STRUCTURE, run

from suite.errors import RequestError
from suite.files.reading import read_json
from suite.files.writing import write_json
from suite.results.pack import pack
from suite.results.store import Store
from suite.runner.events import Events
from suite.runner.progress import Progress

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

STUDY = """import numpy as np
from suite import Data, Experiment, task

@task("last-of-five", family="mine", kind="regression", metric="mse", baseline="mean")
def last_of_five(seed: int) -> Data:
    rng = np.random.default_rng(seed)
    def split(n):
        x = rng.normal(size=(n, 5, 1)).astype("float32")
        return x, {target}
    return Data(split(40), split(20), split(20))

experiment = Experiment(tasks=["last-of-five"], architectures=["gru"], trials={trials}, epochs={epochs}, seeds={seeds},
                        weights=60, search_space={space})
"""
PLAIN = {"trials": 2, "epochs": 1, "seeds": 2, "target": "x[:, -1, 0].copy()", "space": ONE_STRUCTURE}
SMALL = "results/small"


@pytest.fixture(scope="module")
def small(tmp_path_factory, clean_registries):
    """A finished small study."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.py").write_text(STUDY.format(**PLAIN))
    run(folder / "small.py", folder / "results", workers=0)
    return folder / "results"


@pytest.fixture
def grow(small, tmp_path, monkeypatch):
    """Runs `large.py`, the same study with changes, reusing a copy of the small one; its store and its events."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(small, "results")

    def run_large(**changes):
        Path("large.py").write_text(STUDY.format(**(PLAIN | changes)))
        progress = Progress(quiet=True, events=Events("events"))
        store = run("large.py", workers=0, reuse=SMALL, progress=progress)
        return store, [json.loads(line) for line in Path("events").read_text().splitlines()]

    return run_large


def adopted(events):
    return sorted(event["id"].rpartition("/")[2] for event in events if event["event"] == "run-adopted")


def made(events):
    return sorted(event["id"].rpartition("/")[2] for event in events if event["event"] == "run-finished")


def files(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*/*/*")}


WHOLE = ["control-000", "final-000", "final-001", "trial-000", "trial-001"]


def test_a_study_with_more_seeds_trains_only_those(grow):
    store, events = grow(seeds=3)
    assert adopted(events) == WHOLE
    assert made(events) == ["final-002"]
    assert events[-2]["message"] == f"5 runs adopted from '{SMALL}'"
    before = Store(SMALL).experiment().claims_fixed["hash"]  # two seeds were fixed when the adopted runs were made
    assert store.experiment().claims_fixed["before"] == [before]
    assert (events[-1]["event"], events[-1]["done"]) == ("finished", 6)
    assert files(SMALL).items() <= files(store.root).items()
    assert len(store.task("last-of-five").baselines) == 2 + 3


def test_adopted_runs_take_the_baselines_of_the_folder_that_adopts_them(grow):
    path = Store(SMALL).path("last-of-five/gru/trial-000")
    write_json(path, read_json(path) | {"baseline": None})
    pack(Store(SMALL))
    store, _ = grow()
    record = store.read("last-of-five/gru/trial-000")
    assert record.baseline == store.task("last-of-five").baselines[str(record.spec["data"]["seed"])]["baseline"] != {}


def test_stored_runs_are_not_adopted_again(grow):
    store, _ = grow()
    pack(store)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*.*") if path.parent.name == "gru"}
    _, events = grow()
    last = len(events) - [event["event"] for event in events[::-1]].index("started")
    assert [event["event"] for event in events[last:]] == ["finished"]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_packed_run_whose_worker_was_killed_is_made_again_beside_the_others(grow):
    store, _ = grow()
    killed = store.path("last-of-five/gru/final-001")
    write_json(killed, read_json(killed) | {"status": "killed", "error": "the worker process died"})
    pack(store)
    grow()
    assert (store.read("last-of-five/gru/final-001").status, killed.exists()) == ("ok", True)
    assert read_json(killed.with_name("final-001.json.attempt-1"))["status"] == "killed"
    assert [path.stem for path in store.record_paths()] == WHOLE
    assert pack(store).records == len(WHOLE)


def test_with_another_winner_only_the_search_is_adopted(grow):
    trial = Store(SMALL).path("last-of-five/gru/trial-000")
    worst = read_json(trial)["metrics"]["validation"] | {"mse": 0.0}  # the other trial won the small study, or it did
    other = Store(SMALL).path("last-of-five/gru/trial-001")
    winner = read_json(Store(SMALL).path("last-of-five/gru/final-000"))["hyperparameters"]
    loser = trial if read_json(other)["hyperparameters"] == winner else other
    write_json(loser, read_json(loser) | {"metrics": {"validation": worst}})
    _, events = grow()
    assert adopted(events) == ["control-000", "trial-000", "trial-001"]
    assert made(events) == ["final-000", "final-001"]


@pytest.mark.parametrize(
    "changes", [{"epochs": 2}, {"target": "x[:, 0, 0].copy()"}], ids=["other budget", "other checksum of the data"]
)
def test_runs_that_do_not_match_are_made(grow, changes):
    before = files(SMALL)
    store, events = grow(**changes)
    assert adopted(events) == []
    assert made(events) == WHOLE
    assert files(SMALL) == before
    assert not files(SMALL).items() <= files(store.root).items()


def test_broken_incomplete_and_accidentally_failed_runs_are_made(grow):
    store = Store(SMALL)
    store.path("last-of-five/gru/trial-000").write_text("{")
    store.path("last-of-five/gru/final-000", ".keras").unlink()
    killed = store.path("last-of-five/gru/final-001")
    write_json(killed, read_json(killed) | {"status": "killed", "error": "the worker process died"})
    _, events = grow()
    assert adopted(events) == ["control-000", "trial-001"]
    assert made(events) == ["final-000", "final-001", "trial-000"]


def test_the_folder_that_is_continued_cannot_be_reused(grow):
    grow()
    with pytest.raises(RequestError, match="is the folder that this experiment continues: give --reuse another one"):
        run("large.py", workers=0, reuse="results/../results/large")
