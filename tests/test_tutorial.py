"""The tutorial, executed in a real kernel with few trials: from a table to an answer, a prediction and an export.

A further cell declares a task, which worker processes cannot import from anywhere.
"""

import csv
import re

import nbformat
import pytest
from notebooks import execute, printed, shown
from repository import ROOT
from studies import LAST_OF_FIVE

FILE = ROOT / "docs" / "tutorial.ipynb"
STORED = nbformat.read(FILE, as_version=4)
OWN_TASK = f"""
import numpy as np
from suite import Data, Experiment, task
{LAST_OF_FIVE}
found = suite.run(
    Experiment(["last-of-five"], ["gru"], trials=1, epochs=1, patience=1, seeds=1, weights=50, name="own"), workers=1
)
print(*found.runs["status"])
"""
CODE = [cell for cell in STORED.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the tutorial is executed."""
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def outputs(folder):
    """The outputs of every cell of a copy."""
    copy = nbformat.from_dict(STORED)
    for cell in copy.cells:
        cell.source = cell.source.replace("trials=24", "trials=2").replace("seeds=3", "seeds=1")
    copy.cells.append(nbformat.v4.new_code_cell(OWN_TASK, id="own-task"))
    return execute(copy, folder)


@pytest.mark.training
class TestExecuted:
    def test_a_run_shows_one_bar(self, outputs):
        (bar,) = shown(outputs["run"])
        assert "8/8 runs, 0 failed" in bar["text/html"] and "8/8 runs, 0 failed" in bar["text/plain"]
        assert "lamp: examples: 600 train, 200 validation, 200 test" in printed(outputs["run"])
        assert "trial-000" not in printed(outputs["run"])

    def test_a_run_returns_the_results(self, outputs):
        (found,) = shown(outputs["results"])
        assert found["text/plain"] == "<Results of 'kitchen': 1 task, 2 architectures and 8 runs, 0 failed>"
        assert "<b>kitchen</b>: 1 task, 2 architectures" in found["text/html"]

    def test_the_figure_is_shown(self, outputs):
        (found,) = shown(outputs["plot"])
        assert "image/png" in found

    def test_the_commands_say_what_is_best_and_predict_new_sentences(self, outputs):
        assert printed(outputs["best"]).startswith("Lamp: no verdict yet")
        rows = list(csv.DictReader(printed(outputs["new"]).splitlines()))
        assert len(rows) == 2 and {row["prediction"] for row in rows} <= {"on", "off"}

    def test_the_export_has_a_model(self, outputs, folder):
        assert printed(outputs["exported"]).startswith("exported/model.keras\n")
        assert {"model.keras", "README.md", "predict.py"} <= {path.name for path in (folder / "exported").iterdir()}

    def test_worker_processes_know_a_task_that_a_cell_declares(self, outputs):
        assert printed(outputs["own-task"]).splitlines()[-1] == "ok ok ok"


def test_its_stored_outputs_are_small_and_complete():
    assert FILE.stat().st_size < 300_000
    assert all(cell.execution_count for cell in CODE)
    assert not [output for cell in CODE for output in cell.outputs if output.output_type == "error"]


def test_its_stored_outputs_name_a_winner():
    (best,) = (printed(cell.outputs) for cell in CODE if cell.id == "best")
    assert re.match(r"Lamp: (GRU|simple RNN)\n", best)
