"""Spreadsheets, columnar files and data sets of Hugging Face give the same table as a text file."""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from suite.errors import RequestError
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import grid, source
from suite.tasks.own.tables.table import numbers, read_table
from suite.tasks.own.tables.times import read_times

FRAME = pd.DataFrame(
    {
        "date": pd.date_range("2024-01-01", periods=4, freq="D"),
        "team": pd.Categorical(["a", "b", None, "a"]),
        "stars": [5, None, 4, 1],
        "load": [1.5, 2.0, 1e-7, 1_234_567.0],
    }
)


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    return str(caught.value)


@pytest.fixture(params=["own.xlsx", "own.parquet", "own.feather", "frame"])
def table(request, tmp_path):
    path = tmp_path / request.param
    if request.param == "own.xlsx":
        FRAME.to_excel(path, index=False)
    elif request.param == "own.parquet":
        FRAME.assign(stars=FRAME["stars"].astype("Int64")).to_parquet(path)
    elif request.param == "own.feather":
        FRAME.to_feather(path)
    return source(path if path.suffix else FRAME)


class TestTables:
    def test_dates_categories_and_whole_numbers_with_holes(self, table):
        found = read_table(table, ["date", "load"], Dialect(), "error")
        assert read_times(found.columns["date"], str).values.astype("M8[D]").tolist() == list(FRAME["date"].dt.date)
        np.testing.assert_allclose(numbers(found, "load"), FRAME["load"])
        left = read_table(table, ["team", "stars"], Dialect(), "drop").columns
        assert left == {"team": ["a", "a"], "stars": ["5", "1"]}

    def test_a_missing_cell_is_named(self, table):
        row = 3 if str(table).endswith("xlsx") else 1
        said = refusal(lambda: read_table(table, ["stars"], Dialect(), "error"))
        assert f", row {row}, column 'stars' is empty" in said


class TestSpreadsheets:
    def test_the_sheet_that_was_read_is_said(self, tmp_path):
        with pd.ExcelWriter(tmp_path / "own.xlsx") as book:
            pd.DataFrame().to_excel(book, sheet_name="empty")
            FRAME.to_excel(book, sheet_name="measured", index=False)
        found = grid(tmp_path / "own.xlsx", Dialect())
        assert found.said == "sheet 'measured' of empty, measured"
        assert found.names == list(FRAME)

    def test_a_title_above_the_header_is_no_row(self, tmp_path):
        rows = [["Station Nord", None], [None, None], ["date", "load"], ["2024-01-01", 1], ["2024-01-02", 2]]
        pd.DataFrame(rows).to_excel(tmp_path / "own.xlsx", header=False, index=False)
        found = grid(tmp_path / "own.xlsx", Dialect())
        assert found.names == ["date", "load"]
        assert [number for number, _ in found.rows] == [4, 5]

    @pytest.mark.parametrize("name", ["own.xlsx", "own.parquet"])
    def test_a_damaged_file_is_named(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"PK secret")
        said = refusal(lambda: grid(tmp_path / name, Dialect()))
        assert f"{name}' cannot be read" in said
        assert "secret" not in said


class Dataset:
    """Stands for a data set of Hugging Face."""

    def __init__(self, frame, **features):
        self.frame, self.features = frame, features

    def to_pandas(self):
        return self.frame.copy()


def part(*labels):
    frame = pd.DataFrame({"text": [f"text {n}" for n in range(len(labels))], "label": labels})
    return Dataset(frame, label=SimpleNamespace(names=["neg", "pos"]), text=SimpleNamespace(dtype="string"))


class TestHuggingFace:
    def test_numbers_of_classes_become_their_names(self):
        assert source(part(0, 1, -1))["label"].tolist()[:2] == ["neg", "pos"]

    def test_splits_become_a_column_and_others_are_left_out_and_said(self):
        found = source({"train": part(0, 1), "test": part(1), "unsupervised": part(-1)})
        assert found["split"].tolist() == ["train", "train", "test"]
        said = grid(found, Dialect()).said
        assert said == "a data set of Hugging Face, without the splits unsupervised, rows counted from 0"

    def test_splits_of_other_names_are_refused(self):
        assert "must have a split named train, validation, test, not all" in refusal(lambda: source({"all": part(0)}))

    def test_a_saved_folder_needs_the_package(self, tmp_path, monkeypatch):
        (tmp_path / "state.json").write_text("{}")
        monkeypatch.setitem(sys.modules, "datasets", None)
        assert "pip install 'sequence-suite[hugging-face]'" in refusal(lambda: source(tmp_path))
        monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_from_disk=lambda path: part(0, 1)))
        assert source(tmp_path)["label"].tolist() == ["neg", "pos"]


class TestSpreadsheetsOfPeople:
    def test_units_below_the_names_and_decimal_commas_in_texts(self, tmp_path):
        rows = [["day", "load"], ["", "kWh"], *([f"0{day}.01.2024", "1,5"] for day in range(1, 9))]
        pd.DataFrame(rows).to_excel(tmp_path / "own.xlsx", header=False, index=False)
        found = read_table(tmp_path / "own.xlsx", ["load"], Dialect(), "error")
        assert numbers(found, "load").tolist() == [1.5] * 8

    def test_merged_names(self, tmp_path):
        rows = [["", "Price", "", "Volume", ""], ["day", "A", "B", "A", "B"], *([1, 2, 3, 4, 5] for _ in range(9))]
        pd.DataFrame(rows).to_excel(tmp_path / "own.xlsx", header=False, index=False)
        assert grid(tmp_path / "own.xlsx", Dialect()).names == ["day", "Price/A", "Price/B", "Volume/A", "Volume/B"]


class TestJson:
    def test_objects_inside_objects_have_names_with_points(self, tmp_path):
        (tmp_path / "own.jsonl").write_text('{"day": 1, "main": {"load": 1.5, "unit": {"name": "K"}}}\n' * 3)
        found = grid(tmp_path / "own.jsonl", Dialect())
        assert found.names == ["day", "main.load", "main.unit.name"]
        assert next(iter(found.rows))[1] == ["1", "1.5", "K"]

    def test_lines_in_utf_16(self, tmp_path):
        (tmp_path / "own.jsonl").write_text('{"load": 1}\n' * 3, encoding="utf-16")
        assert grid(tmp_path / "own.jsonl", Dialect()).names == ["load"]

    @pytest.mark.parametrize("content", ['{"status": "ok", "data": [{"load": 1}]}', '{"load": [1, 2], "data": [3, 4]}'])
    def test_one_object_around_all_rows_is_named(self, tmp_path, content):
        (tmp_path / "own.json").write_text(content)
        told = refusal(lambda: grid(tmp_path / "own.json", Dialect()))
        assert "is one JSON object with the rows inside it, under " in told
        assert "data: save them as" in told

    def test_bytes_are_text(self):
        assert next(iter(grid(pd.DataFrame({"text": ["größe".encode()]}), Dialect()).rows))[1] == ["größe"]


class TestCompactDates:
    @pytest.mark.parametrize("digits", ["2023010205", "202301020500", "20230102050000"])
    def test_dates_with_hours_are_not_taken_for_seconds_since_1970(self, digits):
        found = read_times([digits, digits.replace("0205", "0306")], str)
        assert [str(one) for one in found.values.astype("datetime64[h]")] == ["2023-01-02T05", "2023-01-03T06"]
        assert found.read_as == f"dates as in {'20240131123000'[: len(digits)]}"
