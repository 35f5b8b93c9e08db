"""In a fresh Jupyter kernel, figures and results are shown, and what was declared may be declared again."""

import pytest
from notebooks import execute, notebook, printed, shown

pytestmark = pytest.mark.slow

DECLARE = '''
from suite import Data, task

@task("my-task", family="mine", kind="regression", metric="mse", baseline="mean")
def my_task(seed: int) -> Data:
    """{description}."""
'''
CELLS = {
    "figure": "import suite\nresults = suite.load('study')\nresults.plot.scores()",
    "figure-with-pyplot": "import matplotlib.pyplot\nresults.plot.scores()",
    "figure-with-a-name": "figure = results.plot.scores()",
    "results": "results",
    "task": DECLARE.format(description="The first"),
    "task-again": DECLARE.format(description="The second"),
    "described": "from suite.tasks.task import TASKS\nprint(TASKS.get('my-task').description)",
    "task-of-the-suite": DECLARE.replace("my-task", "adding-50"),
    "module": "%load_ext autoreload\n%autoreload 2\n"
    "open('mine.py', 'w').write('''import suite\n@suite.architecture('mine')\ndef mine(hp, x, *, units, per_step):\n"
    "    \"The first.\"''')\nimport mine",
    "module-edited": "text = open('mine.py').read()\n"
    "open('mine.py', 'w').write(text.replace('first', 'second, after an edit'))",
    "module-reloaded": "from suite.architectures.architecture import ARCHITECTURES\n"
    "print(ARCHITECTURES.get('mine').description)",
}


@pytest.fixture(scope="module")
def outputs(records, tmp_path_factory):
    """The outputs of every cell."""
    folder = tmp_path_factory.mktemp("kernel")
    records.write_study(folder / "study", trials=1, seeds=3, tasks=("adding-50",))
    return execute(notebook(CELLS), folder)


@pytest.mark.parametrize("cell", ["figure", "figure-with-pyplot"])
def test_a_figure_is_shown_once(outputs, cell):
    (found,) = shown(outputs[cell])
    assert found["image/png"].startswith("iVBORw0KGgo")


def test_a_figure_that_has_a_name_is_not_shown(outputs):
    assert outputs["figure-with-a-name"] == []


def test_results_show_their_answer(outputs):
    (found,) = shown(outputs["results"])
    assert found["text/plain"].startswith("<Results of 'quick': 1 task, 3 architectures")
    assert "<b>quick</b>: 1 task, 3 architectures" in found["text/html"] and "<img " in found["text/html"]


def test_a_cell_that_runs_again_replaces_its_task(outputs):
    assert outputs["task"] == outputs["task-again"] == []
    assert printed(outputs["described"]) == "The second.\n"


def test_a_cell_does_not_replace_a_task_of_the_suite(outputs):
    (error,) = outputs["task-of-the-suite"]
    assert error.ename == "RequestError"
    assert "'adding-50' is registered twice: " in error.evalue and "memory.py:" in error.evalue
    assert error.traceback == [f"RequestError: {error.evalue}"]


def test_a_module_that_is_edited_is_reloaded(outputs):
    assert printed(outputs["module-reloaded"]) == "The second, after an edit.\n"
