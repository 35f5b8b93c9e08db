"""Examples: draw a few stored training examples of each task."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from suite.report.examples import answer, drawable, sequence
from suite.report.figures.inputs import draw_input
from suite.report.figures.registry import figure
from suite.report.figures.style import panels
from suite.results.results import Results
from suite.text import several


def in_words(results: Results, task: str) -> str:
    """Return a phrase with the number of examples and their size."""
    signature, count = results.task(task).signature, len(results.task(task).examples)
    steps, features = signature.get("length"), signature.get("features")
    size = f" of up to {steps} steps" if steps else ""
    kind = "tokens" if features is None else several(features, "channel")
    return f"{results.title(task)}: {several(count, 'training example')}{size}, {kind}."


@figure(
    "What goes in",
    "The first training examples, as stored with the results. Many channels are drawn as a picture over time, few as "
    "lines; tokens are drawn by their numbers.",
    level="task",
    fits=lambda results, task: bool(drawable(results, task)),
    words=in_words,
)
def examples(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task with its stored examples; `draw_input` chooses a picture, lines or tokens."""
    most = max(len(drawable(results, task)) for task in tasks)
    drawn, axes = panels(most * len(tasks), most, 2.0, width=3.2)
    for row, task in zip(axes, tasks, strict=True):
        found = drawable(results, task)
        for panel, example in zip(row, found, strict=False):
            facts = results.task(task)
            draw_input(panel, sequence(example), facts.signature.get("vocabulary"), answer(facts, example))
        for surplus in row[len(found) :]:
            surplus.set_axis_off()
    return drawn
