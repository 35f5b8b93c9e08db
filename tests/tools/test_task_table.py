"""The table of all tasks with their baselines' scores."""

import pytest
from repository import ROOT
from task_table import BEGIN, END, table, write

from suite.tasks.task import TASKS

README = ROOT / "README.md"


def test_a_row_has_both_baselines_with_their_scores():
    *_, row = table(["digits-sequential"]).splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:6] == ["digits-sequential", "digits", "1259", "64", "accuracy", "majority"]
    assert cells[7] == "flattened"
    assert float(cells[6]) == pytest.approx(0.1, abs=0.01)
    assert float(cells[8]) == pytest.approx(0.96, abs=0.02)


def test_a_task_without_its_files_is_not_measured(monkeypatch, tmp_path):
    monkeypatch.setenv("SUITE_DATA", str(tmp_path))
    assert table(["spoken-digits"]).count("not measured") == 4


def test_the_readme_has_every_task_and_was_written_by_the_command():
    written = README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip().splitlines()
    assert sorted(line.split()[1] for line in written[2:]) == sorted(TASKS.names())
    (row,) = (line for line in written if line.startswith("| prices-lagged "))
    assert row == table(["prices-lagged"]).splitlines()[-1]


def test_only_what_stands_between_the_marks_is_written(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for content in ("first", "second"):
        write(page, content)
    assert page.read_text() == f"before\n{BEGIN}\n\nsecond\n\n{END}\nafter\n"
