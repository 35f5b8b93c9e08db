"""Packed results say what they said before, lose nothing when packing is killed, and go on like any other folder."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from suite.cli import main
from suite.errors import RequestError, UnwritableError
from suite.files.writing import write_arrays, write_json
from suite.results.lock import Lock
from suite.results.pack import pack
from suite.results.packed import PACK
from suite.results.results import load
from suite.results.store import Store
from suite.runner.reuse import Reuse
from suite.runner.stale import set_unreadable_aside

TASKS = ("speech-like", "adding-50")
CELL, RUN = "speech-like/lstm", "speech-like/lstm/final-001"
RECORDS = 2 * 3 * (3 + 2)


@pytest.fixture(scope="module")
def study(tmp_path_factory, records):
    """The folder of a study of two tasks, with a failed run, predictions and models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "write", records.write_as_the_runner)
        folder = records.write_study(tmp_path_factory.mktemp("whole"), trials=3, seeds=2, tasks=TASKS)
        records.write(folder, records.failed("adding-50", "gru", "trial", 2, "diverged", "the loss is not finite"))
    store = Store(folder)
    for name in ("lstm", "gru"):
        for run in ("trial-000", "final-000", "final-001"):
            write_arrays(store.path(f"speech-like/{name}/{run}", ".npz"), {"items": np.arange(3.0)})
        for run in ("final-000", "final-001"):
            arrays = {"items": np.arange(3.0), "target": np.arange(3), "preparation/mean": np.zeros(1)}
            write_arrays(store.path(f"speech-like/{name}/{run}", ".npz"), arrays)
            store.path(f"speech-like/{name}/{run}", ".keras").write_bytes(b"PK\5\6" + bytes(18))
    return folder


@pytest.fixture
def store(study, tmp_path, records, monkeypatch):
    """A copy of the study, to pack."""
    monkeypatch.setattr(records, "write", records.write_as_the_runner)
    return Store(shutil.copytree(study, tmp_path / "study"))


def files(store, pattern="*"):
    return {path.relative_to(store.root).as_posix() for path in store.root.rglob(pattern) if path.is_file()}


def contents(store):
    return {path: store.content(path) for path in store.record_paths()}


def lines(store, cell=CELL):
    return [json.loads(line) for line in (store.root / cell / PACK).read_text().splitlines()]


def damage(store, *more):
    path = store.root / CELL / PACK
    path.write_text(path.read_text() + "".join(more))


class TestReading:
    def test_a_cell_is_one_file_with_every_record_as_it_was(self, store):
        before, known = contents(store), list(store.records())
        done = pack(store)
        assert (done.records, done.files, done.removed, done.unreadable) == (RECORDS, 6, 0, [])
        assert contents(store) == before
        assert list(Store(store.root).records()) == known
        assert files(store, "*.json") == {"experiment.json", *(f"{task}/task.json" for task in TASKS)}
        assert [line["id"].rpartition("/")[2] for line in lines(store)] == sorted(path.stem for path in before
            if path.parent == store.root / CELL)  # fmt: skip

    @pytest.mark.slow
    def test_every_command_says_the_same(self, store, capsys):
        def said():
            for command in (("status", "--json"), ("trials", "--csv"), ("claims", "--json"), ("best", "--json")):
                assert main([command[0], str(store.root), *command[1:]]) == 0
            return capsys.readouterr().out

        shutil.copytree(store.root, store.root.parent / "single")
        before, tables = said(), load(store.root)
        assert main(["pack", str(store.root)]) == 0
        assert capsys.readouterr().out == f"{RECORDS} records packed in 6 files\n"
        assert said() == before
        packed = load(store.root)
        for name in ("evidence", "cells", "metrics"):
            assert getattr(packed, name).equals(getattr(tables, name))
        assert packed.checksum("adding-50") == tables.checksum("adding-50")
        assert main(["diff", str(store.root.parent / "single"), str(store.root)]) == 0

    def test_a_file_beside_the_packed_ones_counts(self, store):
        pack(store)
        write_json(store.path(RUN), json.loads(store.content(store.path(RUN))) | {"best_epoch": 3})
        assert store.read(RUN).best_epoch == 3
        assert len(store.record_paths()) == RECORDS

    def test_a_change_of_the_packed_file_is_seen(self, store):
        pack(store)
        other = Store(store.root)
        assert other.read(RUN)
        store.set_aside(store.path(RUN), "stale")
        assert other.read(RUN) is None


class TestKills:
    def test_a_kill_before_the_packed_file_is_complete_changes_nothing(self, store, monkeypatch):
        before = files(store)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            with pytest.raises(UnwritableError):
                pack(store)
        assert files(store) == before

    @pytest.mark.parametrize("removed", [0, 1, 7])
    def test_a_kill_while_files_are_removed_loses_nothing_and_the_same_again_completes_it(
        self, store, monkeypatch, removed
    ):
        before, left, unlink = contents(store), [None] * removed, Path.unlink

        def killing(path, missing_ok=False):
            if path.suffix == ".json":
                if not left:
                    raise KeyboardInterrupt
                left.pop()
            unlink(path, missing_ok=missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", killing)
            with pytest.raises(KeyboardInterrupt):
                pack(store)
        assert contents(store) == before
        assert pack(store).records == RECORDS
        assert contents(store) == before
        assert len(files(store, "*.json")) == 3

    def test_a_folder_that_another_command_writes_to_is_refused(self, store):
        with Lock(store.root), pytest.raises(RequestError, match="is in use by process"):
            pack(store)


class TestContinuing:
    def test_runs_made_later_join_the_packed_ones(self, store, records):
        pack(store)
        records.write(store.root, records.record("speech-like", "lstm", "trial", 3))
        assert (pack(store).records, len(lines(store))) == (RECORDS + 1, 6)

    def test_the_same_again_changes_nothing(self, store):
        pack(store)
        before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*") if path.is_file()}
        pack(store)
        assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*") if path.is_file()} == before

    def test_a_packed_record_is_set_aside_with_its_files(self, store):
        before = store.content(store.path(RUN))
        pack(store)
        aside = store.set_aside(store.path(RUN), "stale")
        assert (aside.name, aside.read_bytes()) == ("final-001.json.stale-1", before)
        assert {"final-001.npz.stale-1", "final-001.keras.stale-1"} <= {path.name for path in aside.parent.iterdir()}
        assert store.read(RUN) is None
        assert len(store.record_paths()) == RECORDS - 1

    def test_a_record_that_is_stored_twice_is_set_aside_twice(self, store):
        single = store.path(RUN).read_bytes()
        pack(store)
        store.path(RUN).write_bytes(single)
        store.set_aside(store.path(RUN), "attempt")
        assert store.read(RUN) is None
        assert {store.path(RUN, f".json.attempt-{n}").read_bytes() for n in (1, 2)} == {single}

    def test_the_last_record_of_a_packed_file_takes_the_file_along(self, store):
        pack(store)
        for path in store.record_paths("adding-50"):
            store.set_aside(path, "stale")
        assert files(store, PACK) == {f"speech-like/{name}/{PACK}" for name in ("simple-rnn", "lstm", "gru")}

    def test_packed_runs_are_merged_and_reused_like_others(self, store, tmp_path, capsys):
        before = contents(store)
        pack(store)
        shutil.copytree(store.root, tmp_path / "joined", ignore=shutil.ignore_patterns("lstm"))
        joined = Store(tmp_path / "joined")
        assert main(["merge", str(store.root), "--into", str(joined.root)]) == 0
        assert f"{RECORDS} runs in all folders, 10 copied" in capsys.readouterr().out
        assert {path.relative_to(joined.root): content for path, content in contents(joined).items()} == {
            path.relative_to(store.root): content for path, content in before.items()
        }
        assert files(joined, "*.keras") == files(store, "*.keras")
        assert Reuse(str(store.root), Store(tmp_path / "new")).source.read(RUN) == store.read(RUN)

    def test_an_adopted_run_takes_the_place_of_a_packed_one(self, store, tmp_path):
        shutil.copytree(store.root, tmp_path / "other")
        pack(store)
        store.adopt(Store(tmp_path / "other"), RUN, "attempt")
        assert store.path(RUN).exists()
        assert RUN not in {line["id"] for line in lines(store)}
        assert store.path(RUN, ".json.attempt-1").exists()


class TestDamage:
    def test_a_run_stored_twice_with_different_contents_is_refused(self, store):
        pack(store)
        write_json(store.path(RUN), json.loads(store.content(store.path(RUN))) | {"best_epoch": 3})
        before = contents(store)
        with pytest.raises(RequestError, match=r"final-001\.json' differs from the record of this run in 'records"):
            pack(store)
        assert contents(store) == before

    def test_an_unreadable_file_is_named_and_left_as_it_is(self, store, capsys):
        store.path(RUN).write_text('{"id": "spee')
        assert main(["pack", str(store.root)]) == 1
        assert "final-001.json' cannot be read" in capsys.readouterr().err
        assert store.path(RUN).read_text() == '{"id": "spee'
        assert len(lines(store)) == 4

    @pytest.mark.parametrize(
        "line",
        ["{\n", "[]\n", '{"id": 3}\n', '{"id": "speech-like/gru/trial-000"}\n', '{"id": "speech-like/lstm/../x"}\n',
         '{"id": "speech-like/lstm/trial-000"}\n', "[" * 100_000 + "\n", '{"id": NaN}\n', '{"id": "speech-like/lst'],
    )  # fmt: skip
    def test_a_damaged_line_is_named_and_the_others_are_read(self, store, line):
        pack(store)
        damage(store, line)
        assert list(store.unreadable().values()) == [f"'{store.root / CELL / PACK}' has damaged lines: 6"]
        results = load(store.root)
        assert list(results.unreadable) == [f"{CELL}/{PACK}"]
        assert len(results.records) == RECORDS
        with pytest.raises(RequestError, match=r"damaged lines: 6; `suite run` sets them aside"):
            pack(store)

    def test_a_file_without_a_sound_line_is_refused_and_set_aside_whole(self, store):
        pack(store)
        (store.root / CELL / PACK).write_text("{\n")
        with pytest.raises(RequestError, match="damaged lines: 1;"):
            pack(store)
        set_unreadable_aside(store, [].append)
        assert (store.root / CELL / f"{PACK}.unreadable-1").read_text() == "{\n"
        assert pack(store).records == RECORDS - 5

    def test_damaged_lines_are_set_aside_and_the_others_stay(self, store):
        pack(store)
        damage(store, "{\n")
        before, said = (store.root / CELL / PACK).read_bytes(), []
        set_unreadable_aside(store, said.append)
        assert said == [
            f"'{store.root / CELL / PACK}' has damaged lines: 6; set aside as '{PACK}.unreadable-1', to be made again"
        ]
        assert (store.root / CELL / f"{PACK}.unreadable-1").read_bytes() == before
        assert store.unreadable() == {}
        assert len(store.record_paths()) == RECORDS

    def test_a_line_that_is_no_record_is_named_by_its_run(self, store):
        pack(store)
        path = store.root / CELL / PACK
        path.write_text(path.read_text().replace('"best_epoch":8', '"best_epoch":"8"', 1))
        (fault,) = store.unreadable().values()
        assert fault.endswith(f"is damaged: its 'best_epoch' is '8' (in {PACK})")
        assert pack(store).unreadable == [fault]
        set_unreadable_aside(store, [].append)
        assert store.unreadable() == {}
        assert len(store.record_paths()) == RECORDS - 1

    def test_a_file_that_is_a_link_to_another_folder_is_not_read(self, store, tmp_path):
        pack(store)
        path = store.root / CELL / PACK
        path.rename(tmp_path / PACK)
        path.symlink_to(tmp_path / PACK)
        stranger = Store(store.root)
        assert "a link that leads outside" in stranger.unreadable()[path]
        assert stranger.read(RUN) is None


class TestKeeping:
    def test_what_is_not_kept_leaves_what_intervals_need(self, store, capsys):
        assert main(["pack", str(store.root), "--keep", "none"]) == 0
        assert capsys.readouterr().out.endswith("; 4 files of models and predictions removed\n")
        assert files(store, "*.keras") == set()
        for run in ("trial-000", "final-000", "final-001"):
            assert list(store.predictions(f"{CELL}/{run}")) == ["items"]

    def test_predictions_without_items_are_removed(self, store):
        write_arrays(store.path("adding-50/gru/final-000", ".npz"), {"target": np.arange(3)})
        assert pack(store, keep=()).removed == 5
        assert not store.path("adding-50/gru/final-000", ".npz").exists()

    def test_one_run_of_the_recommended_architecture_may_be_kept(self, store, monkeypatch):
        monkeypatch.setattr("suite.analysis.best.runs_to_use", lambda _: {RUN})
        assert main(["pack", str(store.root), "--keep", "recommended", "--json"]) == 0
        assert files(store, "*.keras") == {f"{RUN}.keras"}
        assert "preparation/mean" in store.predictions(RUN)

    def test_what_belongs_to_a_damaged_record_is_left(self, store):
        store.path(RUN).write_text("{")
        assert len(pack(store, keep=()).unreadable) == 1
        assert files(store, "*.keras") == {f"{RUN}.keras"}

    def test_damaged_predictions_are_named_and_left(self, store):
        store.path(RUN, ".npz").write_bytes(b"half")
        done = pack(store, keep=())
        assert len(done.unreadable) == 1
        assert store.path(RUN, ".npz").read_bytes() == b"half"
        assert store.path(RUN, ".keras").exists()


def test_a_folder_that_is_no_experiment_is_refused(tmp_path, capsys):
    assert main(["pack", str(tmp_path)]) == 2
    assert "contains no experiment.json" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_files_of_records_are_single_ones_or_packed_ones(store):
    assert set(store.record_files()) == set(store.record_paths())
    pack(store)
    assert {path.name for path in store.record_files()} == {PACK}
