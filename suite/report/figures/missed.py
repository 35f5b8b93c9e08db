"""Missed: the test examples of a classification that no run got right."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from suite.report.examples import missed_pictures, sequence
from suite.report.figures.inputs import draw_input
from suite.report.figures.registry import figure
from suite.report.figures.style import panels
from suite.results.results import Results
from suite.results.task_info import TaskInfo
from suite.text import label


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the place, true class and commonest prediction of each example that is drawn."""
    found = missed_pictures(results, task)
    facts = results.task(task)
    each = [f"{one['place']}, {_taken(facts, one)}" for one in found]
    return f"{results.title(task)}, test examples that no run got right, by place: {'; '.join(each)}."


def _taken(facts: TaskInfo, one: Mapping[str, Any]) -> str:
    true, taken = (label(facts.class_name(int(one[name])), 20) for name in ("target", "answer"))
    return f"{true} taken for {taken}"


@figure(
    "What every run gets wrong",
    "Test examples that no final run got right, each with its place in the test split (from 0), its true class and "
    "the commonest prediction. Many channels are drawn as a picture over time, few as lines. Input as the models "
    "read it.",
    level="task",
    fits=lambda results, task: bool(missed_pictures(results, task)),
    at_once=True,
    words=in_words,
)
def missed(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw, in rows of five, the test examples that no run got right and that can be drawn."""
    found = [(task, one) for task in tasks for one in missed_pictures(results, task)]
    drawn, axes = panels(len(found), 5, 2.0, width=2.4)
    for panel, (task, one) in zip(axes.flat, found, strict=False):
        title = f"{one['place']}: {_taken(results.task(task), one)}"
        vocabulary = results.task(task).signature.get("vocabulary")
        draw_input(panel, sequence(one), vocabulary, title)
    return drawn
