"""`suite new`: looks at people's data, writes an experiment file with its guesses, and says what comes next."""

import re
from pathlib import Path

import pytest
import stories
from repository import ROOT

from suite.cli import main
from suite.experiment.loading import load_experiment
from suite.tasks.checks import check
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
    def test_prices_of_several_tickers(self, new, tmp_path):
        stories.write_prices(tmp_path / "prices.csv")
        content, printed = new("prices.csv")
        for line in ('target="Close"', 'time="Date"', 'group="Ticker"', "window=20"):
            assert line in content
        assert "groups: AAA" in printed
        assert check(TASKS.get(load_experiment("prices.py").tasks[0])) == []

    def test_tickets_in_the_encoding_of_windows(self, new, tmp_path):
        stories.write_tickets(tmp_path / "tickets.tsv")
        content, printed = new("tickets.tsv")
        assert 'text="Nachricht"' in content and 'label="Team"' in content
        assert "read: tab between cells, cp1252" in printed
        assert "Störung (" in printed
        assert check(TASKS.get(load_experiment("tickets.py").tasks[0])) == []

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

    def test_what_cannot_be_predicted_is_one_line(self, tmp_path, capsys):
        path = written(tmp_path / "own.csv", "name,colour", *("ann,red" for _ in range(50)))
        assert main(["new", path]) == 2
        assert "has no column of numbers that varies: name one to predict with --target" in capsys.readouterr().err
        assert main(["new", path, "--target", "color"]) == 2
        assert "has no column 'color': did you mean 'colour'?" in capsys.readouterr().err


class TestSounds:
    def test_a_rate_that_keeps_the_high_calls_is_chosen(self, new, tmp_path):
        stories.write_calls(tmp_path / "calls", files=8)
        content, printed = new("calls")
        assert "rate=" in content
        assert "goldhaehnchen (" in printed
        assert check(TASKS.get(load_experiment("calls.py").tasks[0])) == []
