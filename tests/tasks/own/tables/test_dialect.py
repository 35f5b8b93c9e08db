"""How a file is written is found by looking at it, said in words, and overridden by what the user says."""

import gzip

import pytest

from suite.errors import RequestError
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import grid
from suite.tasks.own.tables.numerals import Marks, number
from suite.tasks.own.tables.table import numbers, read_table


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


class TestRowsInsideACell:
    ROWS = "".join(f"good and bad {n},{'yes' if n % 2 else 'no'}\n" for n in range(30))

    @pytest.mark.parametrize("sep", [",", "\t"])
    def test_two_lone_quotes_do_not_swallow_the_rows_between_them(self, tmp_path, sep):
        text = "text,label\n" + self.ROWS.replace("good and bad 5,", '"good,').replace("good and bad 9,", '"good,')
        path = written(tmp_path / "own.csv", text.replace(",", sep))
        with pytest.raises(RequestError, match="row 7: a quote that opens a cell is not closed, so that 3 rows"):
            read_table(path, ["text"], Dialect(), "error")

    def test_a_text_of_several_lines_with_separators_is_a_cell(self, tmp_path):
        letter = '"Dear Sir,\nno, thanks\nnot today, please\nyours,\nAnn",no\n'
        path = written(tmp_path / "own.csv", "text,label\n" + self.ROWS + letter)
        assert read_table(path, ["text"], Dialect(), "error").columns["text"][-1].count("\n") == 4

    def test_a_quote_that_is_never_closed_is_named_as_such(self, tmp_path):
        path = written(tmp_path / "own.csv", "text,label\n" + self.ROWS + '"open,yes\n')
        with pytest.raises(RequestError, match="row 32 has 1 cells, but the header has 2: a quote"):
            read_table(path, ["text"], Dialect(), "error")

    def test_a_zero_byte_far_down_is_refused(self, tmp_path):
        path = written(tmp_path / "own.csv", "text,label\n" + self.ROWS * 10 + "zero\0byte,no\n")
        with pytest.raises(RequestError, match="line 302 has a zero byte"):
            read_table(path, ["text"], Dialect(), "error")


class TestAFileWithoutNames:
    @pytest.mark.parametrize(
        "row", ["2023-01-01,1.5,2.5", "1.5,2.5", "0,Mon Apr 06,the whole text of somebody who wrote a review"]
    )
    def test_the_content_of_its_first_row_is_not_printed(self, tmp_path, row):
        path = written(tmp_path / "own.csv", f"{row}\n" * 5)
        with pytest.raises(RequestError, match="has no column 'load': its first row looks like data: add a row"):
            column(path)

    def test_years_beside_a_name_are_names(self, tmp_path):
        assert column(written(tmp_path / "own.csv", "state,2019,2020\n" + "a,1,2\n" * 5), "2020") == [2] * 5


class TestSpreadsheetsAsText:
    def test_a_title_that_is_filled_up_with_empty_cells_is_above_the_header(self, tmp_path):
        assert column(written(tmp_path / "own.csv", "Report,,\n,,\nday,load,heat\n" + "1,2,3\n" * 9)) == [2] * 9

    def test_the_sign_of_the_euro_is_no_foreign_letter(self, tmp_path):
        path = written(tmp_path / "own.csv", "Clôture\n" + "1 €\n" * 40, "cp1252")
        assert column(path, "Clôture") == [1] * 40

    def test_a_file_that_mixes_encodings_is_not_read_as_either(self, tmp_path):
        path = tmp_path / "own.csv"
        path.write_bytes("Wörter,load\n".encode() + b"a,1\n" * 40 + "schön,2\n".encode("cp1252"))
        with pytest.raises(RequestError, match="neither UTF-8 nor Windows-1252"):
            column(path)

    def test_a_name_counts_for_the_empty_cells_behind_it(self, tmp_path):
        head = ",Price,,Volume,\nday,A,B,A,B\n"
        assert grid(written(tmp_path / "own.csv", head + "1,2,3,4,5\n" * 9), Dialect()).names == [
            "day",
            "Price/A",
            "Price/B",
            "Volume/A",
            "Volume/B",
        ]

    def test_a_point_in_all_numbers_is_asked_about_beside_german_dates(self, tmp_path):
        path = written(tmp_path / "own.tsv", "Datum\tload\n" + "31.12.2024\t1.234\n" * 9)
        with pytest.raises(RequestError, match="say decimal='.' or thousands='.'"):
            column(path)
        assert column(path, thousands=".") == [1234] * 9
        commas = written(tmp_path / "own.csv", path.read_text().replace("\t", ","))
        assert column(commas) == [1.234] * 9  # where commas separate cells, none is a decimal mark
