"""The table of all tasks with their baselines' scores."""

from pathlib import Path

import pytest

from suite.scores import table
from suite.task import TASKS

PAGE = Path(__file__).parent.parent / "docs" / "tasks.md"


def test_a_row_has_both_baselines_with_their_scores():
    *_, row = table(["digits-sequential"]).splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:4] == ["digits-sequential", "digits", "accuracy", "majority"]
    assert cells[5] == "flattened"
    assert float(cells[4]) == pytest.approx(0.1, abs=0.01)
    assert float(cells[6]) == pytest.approx(0.96, abs=0.02)


def test_a_task_without_its_files_is_not_measured(monkeypatch, tmp_path):
    monkeypatch.setenv("SUITE_DATA", str(tmp_path))
    assert table(["spoken-digits"]).count("not measured") == 2


def test_the_page_has_every_task_and_was_written_by_the_command():
    written = PAGE.read_text(encoding="utf-8").splitlines()
    assert sorted(line.split()[1] for line in written[2:]) == sorted(TASKS.names())
    (row,) = (line for line in written if line.startswith("| prices-lagged "))
    assert row == table(["prices-lagged"]).splitlines()[-1]
