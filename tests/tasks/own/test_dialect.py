"""How a file is written is found by looking at it, said in words, and overridden by what the user says."""

import gzip

import pytest

from suite.errors import RequestError
from suite.tasks.own.dialect import Dialect
from suite.tasks.own.grids import grid
from suite.tasks.own.numerals import Marks, number
from suite.tasks.own.table import numbers, read_table


def written(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def column(path, name="load", **given) -> list[float]:
    return numbers(read_table(path, [name], Dialect.of(given), "error"), name).tolist()


class TestSeparators:
    @pytest.mark.parametrize(("sep", "said"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
    def test_the_separator_is_the_one_that_gives_all_rows_the_same_width(self, tmp_path, sep, said):
        rows = [f"2020-01-0{n}{sep}{n}.5{sep}a, b; c".replace(f"a{sep}", "a") for n in range(1, 9)]
        path = written(tmp_path / "own.txt", "\n".join([sep.join(("date", "load", "note")), *rows]))
        if sep in ",;":
            path = written(path, path.read_text().replace("a, b; c", "ab").replace("a b; c", "ab"))
        assert column(path)[:2] == [1.5, 2.5]
        assert grid(path, Dialect()).said.startswith(f"{said} between cells")

    def test_a_line_that_names_the_separator_is_no_row(self, tmp_path):
        assert column(written(tmp_path / "own.csv", "sep=;\nload;heat\n1;2\n3;4\n")) == [1, 3]

    def test_lines_above_the_header_are_left_out_and_said(self, tmp_path):
        path = written(tmp_path / "own.csv", "Station Nord\n\ndate,load\n" + "2020-01-01,1\n" * 5)
        assert column(path) == [1] * 5
        assert "header in row 3" in grid(path, Dialect()).said

    def test_a_separator_at_the_end_of_every_row_is_no_cell(self, tmp_path):
        assert column(written(tmp_path / "own.csv", "date,load\n2020-01-01,1,\n2020-01-02,2,\n")) == [1, 2]

    def test_quotes_escaped_by_a_backslash(self, tmp_path):
        path = written(tmp_path / "own.csv", 'text,load\n"he said \\"no, no\\"",1\n"b",2\n' * 1)
        assert read_table(path, ["text"], Dialect(), "error").columns["text"][0] == 'he said "no, no"'

    def test_what_the_user_says_is_not_questioned(self, tmp_path):
        path = written(tmp_path / "own.csv", "a;load\n1;2\n")
        with pytest.raises(RequestError, match="has no column 'load': did you mean 'a;load'"):
            column(path, sep=",")


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_the_encoding_is_found(self, tmp_path, encoding):
        assert column(written(tmp_path / "own.csv", "Außen\n" + "1\n2\n" * 40, encoding), "Außen")[:2] == [1, 2]

    def test_packed_files_are_unpacked(self, tmp_path):
        path = tmp_path / "own.csv.gz"
        path.write_bytes(gzip.compress(b"load,heat\n1,2\n"))
        assert column(path) == [1]

    def test_a_damaged_packed_file_is_named(self, tmp_path):
        path = tmp_path / "own.csv.gz"
        path.write_bytes(gzip.compress(b"load,heat\n1,2\n" * 999)[:40])
        with pytest.raises(RequestError, match=r"own.csv.gz' cannot be read"):
            column(path)


class TestNumbers:
    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            (["1,5", "2,25"], [1.5, 2.25]),
            (["1.234,5", "6"], [1234.5, 6]),
            (["1.234.567", "0,5"], [1234567, 0.5]),
            (["1 234,5", "6 000,25"], [1234.5, 6000.25]),
            (["$1.50", "-0.65%"], [1.5, -0.65]),
            (["(3.25)", "1.2M"], [-3.25, 1.2e6]),
            (["1.5e-3", "2"], [0.0015, 2]),
        ],
    )
    def test_numbers_as_people_write_them(self, tmp_path, cells, expected):
        path = written(tmp_path / "own.csv", "load;x\n" + "".join(f"{cell};a\n" for cell in cells))
        assert column(path) == expected

    def test_thousands_in_quotes(self, tmp_path):
        assert column(written(tmp_path / "own.csv", 'load,x\n"6,000,123",1\n"1,234",2\n')) == [6000123, 1234]

    def test_what_may_be_either_is_asked(self, tmp_path):
        path = written(tmp_path / "own.csv", "load;x\n1,234;a\n5,678;b\n")
        with pytest.raises(RequestError, match="say decimal=',' or thousands=','"):
            column(path)
        assert column(path, decimal=",") == [1.234, 5.678]
        assert column(path, thousands=",") == [1234, 5678]

    def test_contradictions_are_refused(self, tmp_path):
        with pytest.raises(RequestError, match="writes some numbers as"):
            column(written(tmp_path / "own.csv", "load;x\n1,5;a\n2.5;b\n"))

    @pytest.mark.parametrize("cell", ["1,2,3", "12,34", "1.2.3", "", "-", "inf", "1e999", "0x10", "1_0"])
    def test_what_is_no_number(self, cell):
        assert number(cell, Marks(".", ",")) is None

    def test_other_words_for_missing(self, tmp_path):
        path = written(tmp_path / "own.csv", "load,x\n1,a\nbroken,b\n3,c\n")
        assert numbers(read_table(path, ["load"], Dialect.of({"absent": ["broken"]}), "drop"), "load").tolist() == [
            1,
            3,
        ]


class TestHeaders:
    def test_names_in_two_rows_are_joined(self, tmp_path):
        path = written(
            tmp_path / "own.csv", ",Close,Close\nDate,AAA,BBB\n2020-01-01,1,2\n2020-01-02,3,4\n2020-01-03,5,6\n"
        )
        assert grid(path, Dialect()).names == ["Date", "Close/AAA", "Close/BBB"]
        assert column(path, "BBB") == [2, 4, 6]
        with pytest.raises(RequestError, match="several columns 'Close': name one of Close/AAA, Close/BBB"):
            column(path, "Close")


class TestJson:
    @pytest.mark.parametrize("text", ['{"load": 1, "x": "a"}\n{"load": 2}\n', '[{"load": 1}, {"load": 2}]'])
    def test_objects_are_rows(self, tmp_path, text):
        assert column(written(tmp_path / "own.csv", text)) == [1, 2]

    def test_a_line_that_is_no_object_is_named_but_not_printed(self, tmp_path):
        path = written(tmp_path / "own.jsonl", '{"load": 1}\n{"secret words\n')
        with pytest.raises(RequestError, match="line 2, is not JSON") as caught:
            column(path)
        assert "secret" not in str(caught.value)
