"""Values: what a mark of a panel says, by the labels and ticks of its axes and by the legend of its figure."""

from collections.abc import Hashable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from suite.text import MINUS, label, number

Names = dict[Hashable, str]


class Scale(NamedTuple):
    """What an axis measures ("" if it does not say), and the names of its ticks, if they are not its values."""

    what: str
    ticks: list[tuple[float, str]]

    def value(self, at: float) -> str:
        """Return a value on the axis as text, or the name of the nearest tick."""
        return min(self.ticks, key=lambda tick: abs(tick[0] - at))[1] if self.ticks else number(at)

    def quantity(self, at: float) -> str:
        """Return what is measured and its value, such as "epoch 3"."""
        return f"{self.what} {self.value(at)}".strip()


class Values:
    """The axes of a panel, as they are at the first question."""

    def __init__(self, panel: Axes):
        self.panel = panel

    @cached_property
    def x(self) -> Scale:
        """The horizontal axis."""
        return _scale(self.panel.xaxis)

    @cached_property
    def y(self) -> Scale:
        """The vertical axis."""
        return _scale(self.panel.yaxis)

    def point(self, name: str, x: float, y: float) -> str:
        """Return what a mark says: "LSTM: epoch 3, accuracy 0.93", or "LSTM: accuracy 0.93" if a tick names it."""
        if self.y.ticks:
            return f"{self.y.value(y)}: {self.x.quantity(x)}"
        if self.x.ticks:
            head = [one for one in (name, self.x.quantity(x)) if one]
            return f"{', '.join(head[:1] if name == self.x.value(x) else head)}: {self.y.quantity(y)}"
        return f"{name}: ".removeprefix(": ") + f"{self.x.quantity(x)}, {self.y.quantity(y)}"

    def cell(self, row: int, column: int, value: float) -> str:
        """Return what a cell of a heatmap says."""
        return f"{self.y.quantity(row + 0.5)}, {self.x.quantity(column + 0.5)}: {number(value)}"


def names(figure: Figure) -> Names:
    """Return what `look_of` tells apart -> name, for the entries of a figure's legends."""
    entries = [entry for legend in figure.legends for entry in zip(legend.legend_handles, legend.texts, strict=True)]
    return {look_of(handle): text.get_text() for handle, text in entries}


def look_of(artist: Artist | None) -> Hashable:
    """Return what tells artists apart: the colour of marks and bars, and for other lines also how they are dashed."""
    if isinstance(artist, Line2D):
        color = to_rgb(artist.get_color())
        return color if has_marks(artist) else (color, artist.get_linestyle())
    colors = np.atleast_2d(artist.get_facecolor()) if isinstance(artist, PathCollection | Patch) else ()
    return to_rgb(tuple(colors[0])) if len(colors) else None


def has_marks(artist: Artist) -> bool:
    """Return whether an artist is a collection of points, or a line with marks."""
    marked = isinstance(artist, Line2D) and artist.get_marker() not in ("None", "none", "", None)
    return marked or isinstance(artist, PathCollection)


def _scale(axis: Axis) -> Scale:
    """Read an axis: its ticks, and its label up to a comma or a new line, or that of an axis that shares it."""
    panel, which = axis.axes, "x" if isinstance(axis, XAxis) else "y"
    siblings = getattr(panel, f"get_shared_{which}_axes")().get_siblings(panel)
    labels = (getattr(one, f"{which}axis").get_label_text() for one in (panel, *siblings))
    texts = [tick.get_text() for tick in axis.get_majorticklabels()]
    ticks = [(float(place), text) for place, text in zip(axis.get_majorticklocs(), texts, strict=False) if text]
    named = any(_number(text) != float(f"{place:.3g}") for place, text in ticks)
    what = next(filter(None, labels), "").replace("\n", ",").split(",")[0]
    return Scale(label(what, 60), ticks if named else [])


def _number(text: str) -> float | None:
    try:
        return float(f"{float(text.replace(MINUS, '-')):.3g}")
    except ValueError:
        return None
