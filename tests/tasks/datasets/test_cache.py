"""Prepared arrays: parsed once, memory-mapped, never mistaken for others."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from suite.errors import UnavailableError
from suite.files.paths import user_cache
from suite.tasks.datasets.cache import prepared
from suite.tasks.datasets.download import DataSet, File

parsed = []


def parse(path: Path) -> dict[str, np.ndarray]:
    parsed.append(path)
    return {"values": np.array(path.read_text().split(), dtype=np.float64), "words": np.array(["a", "bc"])}


@pytest.fixture
def numbers(tmp_path, monkeypatch) -> DataSet:
    monkeypatch.setenv("SUITE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "n.txt").write_text("1 2 3")
    parsed.clear()
    digest = hashlib.sha256(b"1 2 3").hexdigest()
    return DataSet("numbers", (File("http://127.0.0.1:1/n.txt", digest),), "CC0", "a test")


def test_it_parses_once_and_maps_the_arrays_into_memory(numbers):
    first, second = prepared(numbers, parse), prepared(numbers, parse)
    assert len(parsed) == 1
    for arrays in (first, second):
        np.testing.assert_array_equal(arrays["values"], [1, 2, 3])
        assert arrays["words"].tolist() == ["a", "bc"]
        assert isinstance(arrays["values"], np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        first["values"][0] = 9


def test_the_folder_of_the_files_is_only_read(numbers, tmp_path):
    prepared(numbers, parse)
    assert [path.name for path in (tmp_path / "numbers").iterdir()] == ["n.txt"]
    assert [path.name[:8] for path in (user_cache() / "prepared").iterdir()] == ["numbers-"]


def test_another_content_or_another_module_is_parsed_anew(numbers, tmp_path):
    prepared(numbers, parse)
    prepared(numbers, parse, hashlib)
    (tmp_path / "numbers" / "n.txt").write_text("4 5")
    other = replace(numbers.files[0], sha256=hashlib.sha256(b"4 5").hexdigest())
    assert prepared(replace(numbers, files=(other,)), parse)["values"].tolist() == [4, 5]
    assert len(parsed) == 3


def test_what_is_prepared_does_not_hide_a_file_that_is_gone_or_wrong(numbers, tmp_path):
    prepared(numbers, parse)
    (tmp_path / "numbers" / "n.txt").write_text("1 2 4")
    with pytest.raises(UnavailableError, match="is wrong"):
        prepared(numbers, parse)
    (tmp_path / "numbers" / "n.txt").unlink()
    with pytest.raises(UnavailableError, match="cannot download"):
        prepared(numbers, parse)


def test_a_cache_that_cannot_be_written_only_costs_time(numbers, tmp_path):
    (tmp_path / "home").write_text("a file in the way")
    for _ in range(2):
        assert prepared(numbers, parse)["values"].tolist() == [1, 2, 3]
    assert len(parsed) == 2


def test_a_worker_that_comes_second_uses_what_the_first_prepared(numbers):
    def overtaken(path: Path) -> dict[str, np.ndarray]:
        parsed.append(path)
        if len(parsed) > 1:
            return {"values": np.array([1.0])}
        prepared(numbers, overtaken)
        return {"values": np.array([2.0])}

    assert prepared(numbers, overtaken)["values"].tolist() == [1]
    (folder,) = (user_cache() / "prepared").iterdir()
    assert [path.name for path in folder.iterdir()] == ["values.npy"]


def test_the_cache_holds_no_pickles_and_no_partial_files(numbers):
    with pytest.raises(ValueError, match="allow_pickle"):
        prepared(numbers, lambda path: {"values": np.array([{}], dtype=object)})
    assert list((user_cache() / "prepared").iterdir()) == []
