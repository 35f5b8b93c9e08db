"""What is stored is complete or not there, nothing is overwritten, differences are named."""

import errno
import io
import json
import os
import stat
import struct
import zipfile

import numpy as np
import pytest

from suite.errors import RequestError, UnreadableError, UnwritableError
from suite.files.reading import read_arrays
from suite.files.strict_json import finite
from suite.files.writing import write_arrays, write_atomically, write_json
from suite.results.record import Record
from suite.results.results import Results
from suite.results.specs import differences
from suite.results.statuses import Status
from suite.results.store import Store


def record(**fields):
    run_id = fields.get("id", "adding-50/lstm/final-000")
    task, architecture, name = run_id.split("/")
    known = {"id": run_id, "task": task, "architecture": architecture, "role": name.split("-")[0], "index": 0,
             "seed": 1, "status": "ok", "metrics": {}, "spec": {}}  # fmt: skip
    return known | fields


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "quick")


def test_a_run_is_read_back_with_its_arrays(store):
    store.write(Record(**record()), {"target": np.arange(3), "prediction": np.array([0.5, 1, 2])}, b"model")
    assert store.read("adding-50/lstm/final-000") == Record(**record())
    assert store.predictions("adding-50/lstm/final-000")["prediction"].tolist() == [0.5, 1, 2]
    assert store.path("adding-50/lstm/final-000", ".keras").read_bytes() == b"model"
    assert [r.id for r in store.records()] == ["adding-50/lstm/final-000"]


def test_what_is_known_of_test_targets_is_read_back(store):
    path = store.items_path("adding-50", "0123456789abcdef")
    assert path.name == "items-0123456789ab.npz"
    assert store.items("adding-50", "0123456789abcdef") == {}
    write_arrays(path, {"trivial": np.arange(3.0)})
    assert store.items("adding-50", "0123456789abcdef")["trivial"].tolist() == [0, 1, 2]
    path.write_bytes(b"half")
    with pytest.raises(UnreadableError, match=r"items-0123456789ab\.npz"):
        store.items("adding-50", "0123456789abcdef")
    results = Results(store)
    assert results.items("adding-50", "0123456789abcdef") == {}
    assert list(results.unreadable) == ["adding-50/items-0123456789ab.npz"]


def test_a_run_that_was_not_made_has_no_value(store):
    assert store.read("adding-50/lstm/final-000") is None
    assert store.experiment() is None
    assert store.task("adding-50") is None
    assert store.predictions("adding-50/lstm/final-000") == {}


def test_numbers_that_are_not_finite_are_null(store):
    scores = {"mse": float("nan"), "mae": np.float32(2), "r2": -np.inf}
    store.write(Record(**record(metrics={"validation": scores})), {}, None)
    assert store.read(record()["id"]).metrics["validation"] == {"mse": None, "mae": 2.0, "r2": None}


def test_numbers_are_stored_unrounded(store):
    store.write(Record(**record(metrics={"test": {"mse": 0.1 + 0.2}})), {}, None)
    assert store.read(record()["id"]).metrics["test"]["mse"] == 0.1 + 0.2


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_json(path, {"old": 1})
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(
        UnwritableError, match="cannot write '.*a.json': No space left on device; stored results are intact"
    ):
        write_atomically(path, b"new")
    assert json.loads(path.read_text()) == {"old": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_files_have_the_permissions_of_the_umask(tmp_path):
    write_json(tmp_path / "a.json", {})
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize(
    ("content", "fault"),
    [('{"id": "adding', "cannot be read"), ("[1, 2]", "is not a record"), ("{}", "is not a record"),
     (json.dumps(record(spec=[1])), r"is damaged: its 'spec' is \[1\]"),
     (json.dumps(record(seconds=3)), "is damaged: its 'seconds' is 3"),
     (json.dumps(record(id="adding-50/gru/final-000")), "holds the record of 'adding-50/gru/final-000'")],
)  # fmt: skip
def test_a_file_that_is_not_a_record_is_named(store, content, fault):
    path = store.path("adding-50/lstm/final-000")
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(UnreadableError, match=fault):
        store.read_as(Record, path)
    assert list(store.unreadable()) == [path]
    assert list(store.records()) == []


def zipped(content: bytes, method: int = 0, flags: int = 0) -> bytes:
    """A zip file with one member, said to be compressed by this method and to have these flags."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", content)
    whole = bytearray(file.getvalue())
    for place in (6, whole.index(b"PK\1\2") + 8):  # in the member's own header, and in the directory
        whole[place : place + 4] = struct.pack("<HH", flags, method)
    return bytes(whole)


def array(shape: str, kind: str = "<f8") -> bytes:
    """A .npy file that says to have this shape, and holds nothing."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode()


@pytest.mark.parametrize(
    "content",
    [
        zipped(array("(0,)"), method=99),
        zipped(array("(0,)"), method=14),
        zipped(array("(0,)"), flags=1),
        zipped(array(f"({2**50},)")),
        zipped(array(f"({2**62}, 8)")),
        zipped(array(f"({2**70},)")),
        zipped(array("(-1, -5)")),
        zipped(array("(" * 90 + ")" * 90)),
        zipped(array("(1,)", "|O")),
        zipped(b"no array at all"),
        array(f"({2**50},)"),
        array(f"({2**70},)"),
        array("(3,)"),
        b"",
        b"PK\3\4",
    ],
)
def test_damaged_or_malicious_arrays_are_reported_in_one_line(tmp_path, content):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(UnreadableError, match="x.npz' is (truncated or )?not a file of plain arrays: ") as caught:
        read_arrays(tmp_path / "x.npz")
    assert "\n" not in str(caught.value)


def test_a_record_set_aside_keeps_its_files_and_overwrites_nothing(store):
    path = store.path("adding-50/lstm/final-000")
    for n in (1, 2):
        store.write(Record(**record(seed=n)), {"target": np.arange(n)}, b"model")
        assert store.set_aside(path, "stale").name == f"final-000.json.stale-{n}"
    names = sorted(file.name for file in path.parent.iterdir())
    assert names == sorted(f"final-000{end}.stale-{n}" for end in (".json", ".npz", ".keras") for n in (1, 2))
    assert json.loads(path.with_name("final-000.json.stale-1").read_text())["seed"] == 1
    assert store.record_paths() == []


def test_a_folder_that_cannot_be_written_is_reported_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RequestError, match="cannot write results to '.*quick': .*--results"):
        Store(tmp_path / "file" / "quick").create()


def test_differences_name_the_fields_with_both_values():
    stored = {"seed": 1, "budget": {"epochs": 4, "weights": 5}, "old": 1}
    expected = {"seed": 1, "budget": {"epochs": 6, "weights": 5}, "new": 2}
    assert differences(stored, expected) == {"budget.epochs": (4, 6), "old": (1, None), "new": (None, 2)}
    assert differences(stored, stored) == {}


def test_finite_unpacks_arrays():
    assert finite({"a": np.array([1.0, np.nan]), 2: (np.int64(3),)}) == {"a": [1.0, None], "2": [3]}


def test_the_record_of_a_run_that_failed_is_read_before_it_is_written(store):
    failed = Record(**record() | {"status": Status.ERROR, "error": "no sensor"})
    assert Record.from_json(finite(failed.to_json()), store.path(failed.id)).status == "error"
