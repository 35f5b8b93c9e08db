"""Explanations: what the architecture to use for a task relies on: steps, their order, and features."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.explanations import FEATURE, KEPT, OCCLUDED, ORDER, PERMUTED, Explained, Key, explained
from suite.report.explanations import CHANGES, relies_on, share, skill, steps
from suite.report.figures.hovering import hover
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, legend, panels
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import MINUS, label, several

STEPS = (OCCLUDED, PERMUTED)
COLOURS = dict(zip((OCCLUDED, PERMUTED, ORDER), sns.color_palette("colorblind", 3), strict=True))
MARKS = {OCCLUDED: "o", PERMUTED: "s", ORDER: "D"}
LEAST, MOST = -0.25, 1.1  # of the share of skill; what lies beyond is drawn there
WIDTH, MOST_IN_A_ROW = 9.6, 3  # inches, and panels
ROOM = 24  # letters below a panel
ZERO: dict[str, Any] = {"color": GREY, "linewidth": 1, "gid": "border"}  # a named line has no value to show
APART = 0.32  # between the two changes of the same steps


def in_words(results: Results, task: str) -> str:
    """Return what the figure shows, as the sentences of the report do."""
    return f"{results.title(task)}: {' '.join(relies_on(results, task))}"


def drawable(results: Results, task: str) -> bool:
    """Return whether there is something to draw: an explanation of a model that has skill."""
    found = explained(results, task)
    return found is not None and found.skill.low > 0 and len(found.keys) > 1


@figure(
    "Skill lost when inputs are changed",
    "Skill that the final models of the architecture to use lose when inputs of test examples are changed, with 95 % "
    "intervals, each by itself; and the share of their skill that is left when they see the last steps alone (cut at "
    f"{100 * LEAST:.0f} % and {100 * MOST:.0f} %). Steps are counted back from the answer. An occluded step holds its "
    "mean over the training split (tokens: the unknown word or padding); a permuted step or feature, that of another "
    "example. This describes the models, not the world.".replace("-", MINUS),
    level="task",
    role=None,  # trials decide which architecture it shows
    fits=drawable,
    at_once=True,
    words=in_words,
)
def explanations(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw, for each task, the skill lost by steps and by features, and the share that the last steps keep."""
    every = [(task, found) for task in tasks if (found := explained(results, task))]
    jobs = [(task, found, draw) for task, found in every for draw in _parts(found)]
    drawn, axes = panels(len(jobs), MOST_IN_A_ROW, 2.7, width=WIDTH / min(len(jobs), MOST_IN_A_ROW))
    for panel, (task, found, draw) in zip(axes.flat, jobs, strict=False):
        draw(panel, found)
        if len(tasks) > 1:
            panel.set_title(f"{label(results.title(task), 24)}: {panel.get_title()}")
    kinds = [kind for kind in COLOURS if any(found.of(kind) for _, found in every)]
    legend(drawn, [Line2D([], [], **_look(kind), linestyle="", label=CHANGES[kind]) for kind in kinds])
    return drawn


def _parts(found: Explained) -> list[Callable[[Axes, Explained], None]]:
    """Return the functions that draw a panel each, for what was changed."""
    of_steps = [_by_step, _kept] if found.of(KEPT) else []
    return [*of_steps, *([_by_feature] if found.of(FEATURE) else [])]


def _look(kind: str) -> dict[str, Any]:
    return {"color": COLOURS[kind], "marker": MARKS[kind], "mec": "white", "mew": 0.6, "ms": 6}


def _mark(panel: Axes, place: float, found: Explained, key: Key, kind: str, what: str, upright: bool = True) -> None:
    """Draw the skill lost by a change with its interval, upright or lying."""
    lost, how = found.lost[key], _look(kind)
    across, along = ([place, place], [lost.low, lost.high])
    panel.plot(*((across, along) if upright else (along, across)), color=how["color"], linewidth=1.4)
    (mark,) = panel.plot(*((place, lost.centre) if upright else (lost.centre, place)), **how)
    hover(mark, f"{what}: {skill(lost)} of skill lost")


def _by_step(panel: Axes, found: Explained) -> None:
    """Draw the skill lost by each span of steps, the last one on the right, and by shuffling all of them."""
    spans = found.of(OCCLUDED)[::-1]
    for offset, kind in zip((-APART / 2, APART / 2), STEPS, strict=True):
        for place, key in enumerate(spans):
            own = Key(kind, key.first, key.last)
            if own in found.lost:
                _mark(panel, place + offset, found, own, kind, f"{steps(key)}, {CHANGES[kind].partition(' ')[2]}")
    names = [f"{key.first}" if key.first == key.last else f"{key.last}–{key.first}" for key in spans]  # noqa: RUF001
    if (shuffled := Key(ORDER)) in found.lost:
        panel.axvline(len(spans) - 0.5, **ZERO | {"linewidth": 0.6})
        _mark(panel, len(spans), found, shuffled, ORDER, CHANGES[ORDER])
        names.append("order")
    turned: dict[str, Any] = {"rotation": 60, "fontsize": 8} if sum(map(len, names)) > ROOM else {}
    panel.set_xticks(range(len(names)), names, **turned)
    panel.axhline(0, **ZERO)
    panel.grid(axis="x", visible=False)
    panel.set(xlim=(-0.6, len(names) - 0.4), xlabel="steps, counted back", ylabel="skill lost", title="By step")


def _kept(panel: Axes, found: Explained) -> None:
    """Draw the share of skill that is left when only the last steps are seen, with its band."""
    every = {key.last: found.share[key] for key in found.of(KEPT)}
    every[found.first.steps] = Estimate(1.0, 1.0, 1.0, found.runs)
    places, clipped = [*every], np.clip([one[:3] for one in every.values()], LEAST, MOST)
    centre, low, high = clipped.T
    sns.lineplot(x=places, y=centre, ax=panel, color=COLOURS[OCCLUDED], errorbar=None)
    panel.fill_between(places, low, high, color=COLOURS[OCCLUDED], alpha=0.2, linewidth=0)
    for place, one, shown in zip(places, every.values(), centre, strict=True):
        (mark,) = panel.plot(place, shown, **_look(OCCLUDED))
        hover(mark, f"last {several(place, 'step')} of {found.first.steps} alone: {share(one)} of the skill left")
    panel.set_ylim(LEAST if low.min() < 0 else -0.03, MOST)
    panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %".replace("-", MINUS))
    panel.axhline(0, **ZERO)
    panel.set(xlim=(0, None), xlabel="last steps seen", ylabel="share of skill left", title="The last steps alone")


def _by_feature(panel: Axes, found: Explained) -> None:
    """Draw the skill lost by each feature or group of features."""
    keys = found.of(FEATURE)
    for row, key in enumerate(keys):
        _mark(panel, row, found, key, PERMUTED, found.label(key), upright=False)
    panel.set_yticks(range(len(keys)), [label(found.label(key).removeprefix("features "), 22) for key in keys])
    panel.axvline(0, **ZERO)
    panel.grid(axis="y", visible=False)
    panel.set(ylim=(len(keys) - 0.4, -0.6), xlabel="skill lost", title="By feature, permuted")
