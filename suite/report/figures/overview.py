"""Overview: every task a row, every architecture a mark on the scale of skill; the first figure of the report."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.replicates import TRAINED, replicates
from suite.analysis.rivals import definite, opponent
from suite.report.figures.hovering import hover
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, Look, legend, look, panels
from suite.report.findings import every_baseline
from suite.report.lead import brief, judged, shown_title
from suite.results.results import Results
from suite.text import interval, label, number

WIDTH = 4.8  # inches: legible on a telephone, and beside the answer on a wide screen
LOWEST, HIGHEST = -0.25, 1.08  # of the scale; what lies beyond is drawn at its end
TITLE, STEP, GAP = 0.55, 0.42, 0.6  # of a row: its title, each architecture, and the space after them
MOST_LETTERS = 69  # of a title over the whole width; a letter of the verdict beside it is 0.83 as wide
INCH = 0.26  # per unit of a row


def in_words(results: Results, _subject: str) -> str:
    """Return a sentence with the skill of every architecture on each task, and the verdict."""
    return " ".join(
        f"{results.title(task)}: {_skills(results, task)}; {brief(results, task)}." for task in judged(results)
    )


def _skills(results: Results, task: str) -> str:
    each = [f"{results.called(one.first)} {number(one.joint.centre, 0.02)}" for one in compare(results, task).trivial]
    return ", ".join(each) or "no skill known"


@figure(
    "Skill on every task",
    "Expected test skill (0: trivial baseline, 1: perfect) with joint 95 % intervals; without a line, the interval is "
    "narrower than the mark. Filled: shown to beat both the trivial baseline and the best non-network "
    "method (black bar; its own uncertainty counts, but is not drawn). A grey bar is a method that solves a generated "
    "task by its construction, and is no rival. ★: use it, or what ≈ calls practically equal.",
    level="glance",
    fits=lambda results, _: any(
        np.isfinite(one.joint.centre) for task in judged(results) for one in compare(results, task).trivial
    ),
    words=in_words,
    role=None,
)
def overview(results: Results, _subjects: Sequence[str]) -> Figure:
    """Draw one row per task: the skill of every architecture with its joint interval, and of the best rival.

    A filled mark is shown to beat every baseline, a hollow one is not.
    """
    tasks, style = judged(results), look(results)
    row = TITLE + GAP + STEP * len(results.architectures)
    drawn, ((panel,),) = panels(1, 1, INCH * row * len(tasks) + 0.45, width=WIDTH)
    for place, task in enumerate(tasks):
        _task(panel, results, task, row * place, style)
    panel.axvline(0, color=GREY, linewidth=1.2, **LINES["baseline"])
    panel.set(xlim=(LOWEST, HIGHEST), ylim=(row * len(tasks), -0.1), yticks=[])
    panel.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0: trivial\nbaseline", "0.25", "0.5", "0.75", "1:\nperfect"])
    for side in ("left", "right", "top"):
        panel.spines[side].set_visible(False)
    legend(drawn, [*_marks(results, style), *_meanings(results)], tight=True)
    return drawn


def _task(panel: Axes, results: Results, task: str, top: float, style: Look) -> None:
    found = compare(results, task)
    bottom = top + TITLE + STEP * len(results.architectures)
    how: dict[str, Any] = {"va": "center", "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
    words = label(brief(results, task), 60)
    title = label(shown_title(results, task), int(MOST_LETTERS - 0.83 * len(words)))
    panel.text(LOWEST, top + TITLE / 2, title, weight="bold", fontsize=8.5, **how)
    panel.text(HIGHEST, top + TITLE / 2, words, ha="right", fontsize=7.5, **how)
    for one in found.trivial:
        _mark(panel, results, one, top + TITLE + STEP * (results.architectures.index(one.first) + 0.5), style, found)
    rival = replicates(results, task).trained.mean()
    if np.isfinite(rival):
        ends = np.clip([rival, rival], LOWEST, HIGHEST)
        color = "black" if found.trained else GREY
        (line,) = panel.plot(ends, [top + TITLE, bottom], color=color, linewidth=2.2, solid_capstyle="butt")
        rival_name = opponent(results, task, TRAINED)
        hover(line, f"{definite(rival_name)}: skill {number(rival, 0.02)}")
        panel.text(ends[0], bottom + 0.05, label(rival_name, 48), ha=_side(ends[0]), va="top", fontsize=6.5, color=GREY)


def _side(place: float) -> str:
    """Return how to align text at a place of the scale, so that it stays within the panel."""
    return "left" if place < 0.25 else "right" if place > 0.75 else "center"


def _mark(panel: Axes, results: Results, one: Comparison, y: float, style: Look, found: Comparisons) -> None:
    """Draw the skill of an architecture: filled if it is shown to beat every baseline."""
    ahead, color = one.first in found.ahead(), style.palette[one.first]
    centre, low, high = np.clip(np.nan_to_num(one.joint[:3], posinf=9, neginf=-9), LOWEST, HIGHEST)
    if np.isfinite(one.joint.centre):
        panel.plot([low, high], [y, y], color=color, linewidth=1.6, solid_capstyle="butt")
        fill = {} if ahead else {"mfc": "white"}
        (mark,) = panel.plot(centre, y, **style.of(one.first, mec=color, mew=1.4, ms=6.5), **fill)
        shown, rival = "shown" if ahead else "not shown", every_baseline(results, one.tasks[0], found)
        hover(mark, f"{results.called(one.first)}: skill {interval(one.joint)}; {shown} to beat {rival}")


def _marks(results: Results, style: Look) -> list[Line2D]:
    return [
        Line2D([], [], **style.of(name), linestyle="", ms=6.5, label=style.titles[name])
        for name in results.architectures
    ]


def _meanings(results: Results) -> list[Line2D]:
    """Return legend entries for the best rival and for hollow marks."""
    hollow = Line2D([], [], color=GREY, marker="o", mfc="white", mec=GREY, linestyle="", label="not shown to be better")
    rival = Line2D([], [], color="black", marker="|", ms=11, mew=2.2, linestyle="", label="non-network")
    trained = any(np.isfinite(replicates(results, task).trained.mean()) for task in judged(results))
    return [*([rival] if trained else []), hollow]
