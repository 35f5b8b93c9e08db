"""`suite new`: looks at people's data, writes an experiment file with its guesses, and says what comes next."""

import re
import sys
from pathlib import Path

import pytest
import stories
from repository import ROOT

from suite.cli import main
from suite.experiment.loading import load_experiment
from suite.tasks.checks import check
from suite.tasks.own.guesses import profile
from suite.tasks.own.tables.times import read_times
from suite.tasks.task import TASKS


@pytest.fixture
def new(tmp_path, monkeypatch, capsys):
    """Calls `suite new` in an empty folder; returns the content of the file that it wrote and what it printed."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, file: str = "") -> tuple[str, str]:
        assert main(["new", *words]) == 0
        printed = capsys.readouterr().out
        return Path(file or re.search("written: (.*)", printed)[1]).read_text(encoding="utf-8"), printed

    yield call
    TASKS.forget(str(tmp_path))


def written(path, *lines: str):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def days(count: int = 400) -> list[str]:
    return [f"{date:%Y-%m-%d}" for date in __import__("pandas").date_range("2021-01-01", periods=count)]


class TestWithoutData:
    def test_the_shipped_quick_study_is_written(self, new):
        content, printed = new()
        assert content == (ROOT / "experiments" / "quick.py").read_text(encoding="utf-8")
        assert printed.endswith("next: suite run quick.py --dry-run, then suite run quick.py\n")

    def test_nothing_is_overwritten(self, new, capsys):
        new()
        assert main(["new"]) == 2
        assert "'quick.py' already exists: name another file with --to" in capsys.readouterr().err


class TestTables:
    @pytest.mark.slow
    def test_prices_of_several_tickers(self, new, tmp_path):
        stories.write_prices(tmp_path / "prices.csv")
        content, printed = new("prices.csv")
        for line in ('target="Close"', 'time="Date"', 'group="Ticker"', "window=20"):
            assert line in content
        assert "groups: AAA" in printed
        assert check(TASKS.get(load_experiment("prices.py").tasks[0])) == []

    @pytest.mark.slow
    def test_tickets_in_the_encoding_of_windows(self, new, tmp_path):
        stories.write_tickets(tmp_path / "tickets.tsv")
        content, printed = new("tickets.tsv")
        assert 'text="Nachricht"' in content and 'label="Team"' in content
        assert "read: tab between cells, cp1252" in printed
        assert "Störung (" in printed
        assert check(TASKS.get(load_experiment("tickets.py").tasks[0])) == []

    @pytest.mark.parametrize("saved", ["dataset_dict.json", "state.json"])
    def test_a_saved_data_set_of_hugging_face_is_no_folder_of_sounds(self, tmp_path, monkeypatch, capsys, saved):
        monkeypatch.setitem(sys.modules, "datasets", None)
        (tmp_path / saved).touch()
        assert main(["new", str(tmp_path)]) == 2
        assert "is a data set of Hugging Face, which needs a package" in capsys.readouterr().err

    def test_the_target_may_be_named(self, new, tmp_path):
        rows = (f"{day},{n % 7},{n % 5}" for n, day in enumerate(days()))
        path = written(tmp_path / "own.csv", "day,load,heat", *rows)
        assert 'target="load"' in new(path)[0]
        Path("own.py").unlink()
        assert 'target="heat",  # guess: named with --target' in new(path, "--target", "heat")[0]

    def test_a_date_and_a_clock_are_one_time(self, new, tmp_path):
        rows = (f"{day},{hour:02d}:00,{hour + n % 3}" for n, day in enumerate(days(20)) for hour in range(24))
        assert 'time=["Date", "Time"]' in new(written(tmp_path / "own.csv", "Date,Time,load", *rows))[0]

    def test_empty_cells_and_holes_are_settled_and_said(self, new, tmp_path):
        rows = [f"{day},{n % 9}.5" for n, day in enumerate(days())]
        rows[100] = rows[100].split(",")[0] + ","
        content, _ = new(written(tmp_path / "own.csv", "day,load", *rows[:200], *rows[240:]))
        assert 'missing="previous",  # guess: empty cells' in content
        assert 'gaps="split",  # guess: ' in content

    def test_columns_without_names_are_no_obstacle(self, new, tmp_path):
        rows = (f"{n},{day},{n % 7}.5," for n, day in enumerate(days()))
        content, _ = new(written(tmp_path / "own.csv", ",day,load,", *rows))
        assert 'target="load"' in content and 'time="day"' in content

    def test_a_file_without_names_is_refused(self, tmp_path, capsys):
        path = written(tmp_path / "own.csv", *(f"{day},{n % 7}.5" for n, day in enumerate(days())))
        assert main(["new", path]) == 2
        assert "its first row looks like data: add a row of column names" in capsys.readouterr().err

    def test_a_total_below_the_table_is_named_and_not_a_reason_to_forget_the_times(self, tmp_path, capsys):
        rows = (f"{day},{n % 7}.5" for n, day in enumerate(days()))
        assert main(["new", written(tmp_path / "own.csv", "day,load", *rows, "Total,1400")]) == 2
        assert "row 402, column 'day': 'xxxxx' is not an ISO date" in capsys.readouterr().err

    def test_series_that_a_column_of_numbers_names(self, new, tmp_path):
        rows = (f"{day},{store},{(n * store) % 7}" for n, day in enumerate(days(100)) for store in (1, 2, 3))
        content, _ = new(written(tmp_path / "own.csv", "day,store,sales", *rows))
        assert 'target="sales"' in content and 'group="store"' in content and '"store"]' not in content

    def test_a_column_that_begins_empty(self, new, tmp_path):
        rows = (f"{day},{n % 7 if n > 100 else ''}" for n, day in enumerate(days()))
        assert (
            'missing="drop",  # guess: rows with empty cells'
            in new(written(tmp_path / "own.csv", "day,load", *rows))[0]
        )

    def test_the_part_of_a_name_that_the_target_has(self, new, tmp_path):
        rows = (f"{day},{n % 7 + 1},{n % 5},{n % 9 + 1},{n % 8}" for n, day in enumerate(days()))
        head = (",AAA,AAA,BBB,BBB", ",Close,Volume,Close,Volume")
        content, _ = new(written(tmp_path / "own.csv", *head, "Date,,,,", *rows))
        assert 'target="Close"' in content and 'features=["Volume"]' in content

    def test_a_column_of_words_is_read_as_times_a_few_times_at_most(self, new, tmp_path, monkeypatch):
        tried = []
        monkeypatch.setattr(
            profile, "read_times", lambda cells, *rest, **own: tried.append(cells) or read_times(cells, *rest, **own)
        )
        rows = (f"{day},cold,{n % 7}.5" for n, day in enumerate(days()))
        new(written(tmp_path / "own.csv", "day,weather,load", *rows))
        assert len([cells for cells in tried if cells[0] == "cold"]) <= 4

    @pytest.mark.parametrize("date", ["Mon, 02 Jan 2023 10:00:00 GMT", "2023-01-02 10:00 CET"])
    def test_dates_of_an_unknown_format_are_no_texts(self, new, tmp_path, date):
        rows = (f'"{date.replace("02", f"{n % 28 + 1:02d}")}",{n % 7}.5,{n}' for n in range(400))
        assert "series_from_csv" in new(written(tmp_path / "own.csv", "when,load,heat", *rows))[0]

    def test_texts_in_a_script_without_spaces(self, new, tmp_path):
        rows = (f"สินค้าดีมากส่งเร็ว{n},{'yes' if n % 2 else 'no'}" for n in range(200))
        assert "texts_from_csv" in new(written(tmp_path / "own.csv", "text,label", *rows))[0]

    def test_a_file_whose_name_is_no_text_is_refused(self, tmp_path, capsys):
        path = tmp_path / "tickets\udcff.csv"
        path.write_text("text,label\n")
        assert main(["new", str(path), "--to", str(tmp_path / "made.py")]) == 2
        assert "has a name that no Python file can hold as text: rename it" in capsys.readouterr().err
        assert not (tmp_path / "made.py").exists()

    def test_what_cannot_be_predicted_is_one_line(self, tmp_path, capsys):
        path = written(tmp_path / "own.csv", "name,colour", *("ann,red" for _ in range(50)))
        assert main(["new", path]) == 2
        assert "has no column of numbers that varies: name one to predict with --target" in capsys.readouterr().err
        assert main(["new", path, "--target", "color"]) == 2
        assert "has no column 'color': did you mean 'colour'?" in capsys.readouterr().err


class TestSounds:
    @pytest.mark.slow
    def test_a_rate_that_keeps_the_high_calls_is_chosen(self, new, tmp_path):
        stories.write_calls(tmp_path / "calls", files=8)
        content, printed = new("calls")
        assert "rate=" in content
        assert "goldhaehnchen (" in printed
        assert check(TASKS.get(load_experiment("calls.py").tasks[0])) == []
