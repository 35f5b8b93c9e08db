"""Examples: a few stored training examples of a task as pictures."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.analysis.predictions import missed_examples
from suite.report.figures.style import THEME, panels
from suite.results.results import Results
from suite.text import label

FEWEST_CHANNELS = 6  # from which a sequence is drawn as a picture rather than as lines
MOST_STEPS = 400


@mpl.rc_context(THEME)
def examples(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: its stored examples, many channels as a picture over time, few as lines, tokens as colours."""
    most = max(len(drawable(results, task)) for task in tasks)
    figure, axes = panels(most * len(tasks), most, 2.0, width=3.2)
    for row, task in zip(axes, tasks, strict=True):
        found = drawable(results, task)
        for panel, example in zip(row, found, strict=False):
            _draw(panel, example, results.task(task).signature, answer(example))
        for surplus in row[len(found) :]:
            surplus.set_axis_off()
    return figure


@mpl.rc_context(THEME)
def missed(results: Results, tasks: Sequence[str]) -> Figure:
    """Of each task the test examples that no run got right, as far as their input is stored, in rows of five."""
    found = [(task, one) for task in tasks for one in missed_pictures(results, task)]
    figure, axes = panels(len(found), 5, 2.0, width=2.4)
    for panel, (task, one) in zip(axes.flat, found, strict=False):
        said = f"{one['place']}: {one['target']}, taken for {one['answer']}"
        _draw(panel, one, results.task(task).signature, said)
    return figure


def missed_pictures(results: Results, task: str) -> list[dict[str, Any]]:
    """Those of `suite.analysis.predictions.missed_examples` that are stored and better drawn than read."""
    return [one for one in missed_examples(results, task) if "text" not in one and _sequence(one) is not None]


def drawable(results: Results, task: str) -> list[dict[str, Any]]:
    """The stored examples of a task whose input is a sequence of numbers, or of rows of as many numbers each."""
    stored = results.task(task).examples
    return [one for one in stored if _sequence(one) is not None] if isinstance(stored, list) else []


def answer(example: dict[str, Any]) -> str:
    """What is to be answered in an example, in a few words."""
    y = np.asarray(example.get("y"), dtype=object)
    if y.ndim == 0:
        return f"answer {label(y.item(), 12)}"
    shown = " ".join(label(value, 8) for value in y.ravel()[:8])
    return f"answers {shown}{' …' if y.size > 8 else ''}"


def _sequence(example: Any) -> np.ndarray | None:
    """The valid steps of an example's input, None where it is nothing that can be drawn."""
    if not isinstance(example, dict):
        return None
    try:
        x = np.asarray(example.get("x"), dtype=float)
    except (TypeError, ValueError):
        return None
    if x.ndim not in (1, 2):  # no input at all is a number without dimensions
        return None
    steps = example.get("length")
    valid = x[: steps if isinstance(steps, int) and steps > 0 else None][:MOST_STEPS]
    return valid if valid.size and np.isfinite(valid).all() else None


def _draw(panel: Axes, example: dict[str, Any], signature: dict[str, Any], title: str) -> None:
    x = _sequence(example)
    panel.set(title=title, xlabel="step")
    panel.grid(visible=False)
    if x.ndim == 1:
        _tokens(panel, x, signature.get("vocabulary"))
    elif x.shape[1] < FEWEST_CHANNELS:
        for channel, values in enumerate(x.T):
            panel.plot(values, linewidth=1, color=("0.1", "C0", "C1", "C2", "C4")[channel % 5])
        panel.set_ylabel("value" if x.shape[1] == 1 else f"{x.shape[1]} channels")
    else:
        panel.imshow(x.T, aspect="auto", origin="lower", cmap="viridis", interpolation="nearest")
        panel.set_ylabel("channel")


def _tokens(panel: Axes, x: np.ndarray, vocabulary: int | None) -> None:
    """A strip of colours, a colour a token; of a few kinds also as a picture with a row a kind."""
    if vocabulary and vocabulary <= 40:
        panel.scatter(range(len(x)), x, s=9, color="C0", marker="s")
        panel.set(ylabel="token", ylim=(-0.5, vocabulary - 0.5))
        return
    panel.imshow(x[None], aspect="auto", cmap="viridis", interpolation="nearest")
    panel.set(yticks=[], ylabel="tokens")
