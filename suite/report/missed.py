"""Missed: a table of the test examples that every run of a task gets wrong."""

from dataclasses import dataclass

from suite.analysis.predictions import missed_by_all, missed_examples, shared_examples
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import percent


@dataclass(frozen=True)
class Missed:
    """The test examples that no final run got right.

    `count` is their number, `of` the number of test examples, `runs` the number of runs. `table` shows the first ones.
    `code` is Python code that loads the inputs of the test split; it is empty if the inputs in the table are stored.
    """

    count: int
    of: int
    runs: int
    table: Table
    code: str


def missed(results: Results, task: str) -> Missed | None:
    """Return the examples that every run gets wrong; None unless all runs classified the same real data."""
    runs = shared_examples(results, task)
    if not runs:
        return None
    count, found = len(missed_by_all(runs)), missed_examples(results, task)
    facts = results.task(task)
    readable = any("text" in one for one in found)
    rows = [
        [
            str(one["place"]),
            facts.class_name(one["target"]),
            facts.class_name(one["answer"]),
            f"{percent(one['share'])} of the runs",
        ]
        + ([str(one.get("text", "not stored"))] if readable else [])
        for one in found
    ]
    caption = (
        f"Test examples of {results.title(task)} that every run gets wrong{', the first' if count > len(rows) else ''}"
    )
    columns = ("Place in the test split (from 0)", "True class", "Commonest prediction", "Given by", "Input")
    table = Table("missed", caption, columns if readable else columns[:-1], rows)
    stored = all("x" in one for one in found)
    return Missed(count, len(runs[0].target), len(runs), table, "" if stored else _fetching(results, task))


def _fetching(results: Results, task: str) -> str:
    """Return Python code that loads a task's test split; the seed affects only the scaling of the inputs."""
    seed = next(iter(results.task(task).baselines), 1)
    task_of = f"import suite; from suite.tasks.task import TASKS; suite.load_experiment({results.file!r})"
    return f"{task_of}; x, y = TASKS.get({task!r}).load({seed}).test"
