"""Style: the theme, colours, markers, panels, legends and file formats that all figures share."""

import io
import warnings
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axis import Axis, XAxis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from suite.report.figures.compact import compact
from suite.report.figures.hovering import name_artists, with_titles
from suite.results.results import Results
from suite.text import label

MATPLOTLIB = mpl.__version__
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
GREY = "0.25"
RESOLUTION = 100  # dots per inch of the PNG files; the SVG files are for print
SCREEN = 144, 96  # dots per inch in a notebook, so that fine screens show it sharp; pixels per inch of its page
LINES: dict[str, dict[str, Any]] = {
    "baseline": {"linestyle": "--", "label": "trivial baseline"},
    "trained_baseline": {"linestyle": ":", "label": "best rival"},
    "ceiling": {"linestyle": "-.", "label": "best possible"},
    "reference": {"linestyle": (0, (5, 2, 1, 2, 1, 2)), "label": "reference"},
}
THEME = sns.axes_style("whitegrid") | {
    "text.parse_math": False,  # a "$" in a name is a dollar sign
    "svg.fonttype": "none",
    "svg.hashsalt": "suite",  # makes the files of equal figures identical
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
}


@contextmanager
def themed() -> Generator[None]:
    """The context in which figures are rendered: a character that the font lacks is not an error."""
    with mpl.rc_context(THEME), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        yield


class Picture(Figure):
    """A figure that a notebook shows once if it is the value of a cell, because pyplot does not know it."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return for_screen(self)


class Look(NamedTuple):
    """The colour, the marker and the title of each architecture, by name."""

    palette: dict[Any, Any]
    markers: dict[Any, str]
    titles: dict[Any, str]

    def of(self, name: Any, **more: Any) -> dict[str, Any]:
        """Return the colour and marker of one architecture as plot arguments, together with the arguments `more`."""
        return {"color": self.palette[name], "marker": self.markers[name], **more}


def look(results: Results) -> Look:
    """Return a colour (colour-blind-safe), a marker and the title of each architecture; no two of 90 look alike."""
    colors, names = sns.color_palette("colorblind", 10), results.architectures
    return Look(
        {name: colors[k % len(colors)] for k, name in enumerate(names)},
        {name: MARKERS[k % len(MARKERS)] for k, name in enumerate(names)},
        {name: label(results.called(name), 30) for name in names},
    )


def panels(count: int, columns: int, height: float, width: float = 4.2, **shared: Any) -> tuple[Figure, np.ndarray]:
    """Return a figure and its axes, shape (rows, columns): `count` panels of this size (inches), the rest hidden."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Picture(figsize=(width * columns, height * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **shared)
    for surplus in axes.flat[count:]:
        surplus.set_axis_off()
    return figure, axes


def architecture_marks(style: Look) -> list[Line2D]:
    """Return a legend entry for every architecture."""
    return [
        Line2D([], [], color=color, marker=style.markers[name], label=style.titles[name])
        for name, color in style.palette.items()
    ]


def score_marks() -> list[Line2D]:
    """Return legend entries for a single run and for a mean with its interval."""
    run = Line2D([], [], color=GREY, marker="o", alpha=0.6, linestyle="", markersize=4, label="one run")
    mean = Line2D([], [], color=GREY, marker="o", markeredgecolor="black", markersize=7, label="mean, 95 % interval")
    return [run, mean]


def line_marks(drawn: Collection[str]) -> list[Line2D]:
    """Return a legend entry for each line of LINES that is drawn."""
    return [Line2D([], [], color=GREY, **line) for name, line in LINES.items() if name in drawn]


def legend(figure: Figure, marks: Sequence[Line2D], tight: bool = False) -> None:
    """Put one legend above all panels: in one row if it fits, otherwise in columns as wide as the longest entry.

    `tight`: with smaller letters and little space between them.
    """
    handle, letter = (0.3, 0.06) if tight else (0.6, 0.065)  # inches
    widths = [handle + letter * len(str(mark.get_label())) for mark in marks]
    fits = sum(widths) <= figure.get_figwidth()
    columns = len(marks) if fits else max(1, int(figure.get_figwidth() / max(widths)))
    how: dict[str, Any] = (
        {"fontsize": 8, "handletextpad": 0.1, "columnspacing": 0.7, "handlelength": 1.4} if tight else {}
    )
    figure.legend(handles=marks, loc="outside upper left", ncols=columns, **how)


def logarithmic(axis: Axis) -> None:
    """Make the axis of a panel logarithmic, after its data are drawn; add ticks if it spans few powers of ten."""
    (axis.axes.set_xscale if isinstance(axis, XAxis) else axis.axes.set_yscale)("log")
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5) if high < 20 * low else (1,)))
    plain_ticks(axis)


def plain_ticks(axis: Axis, minor: bool = False) -> None:
    """Label a logarithmic axis with plain numbers such as 0.01, instead of the powers that matplotlib would write.

    `minor`: also label the ticks between powers of ten.
    """
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    axis.set_major_formatter(plain)
    axis.set_minor_formatter(plain if minor else NullFormatter())


def render(figure: Figure, key: str | None = None) -> dict[str, bytes]:
    """Return the content of a figure's files by kind ("svg" and "png"); store `key` as the identifier in the SVG."""
    with themed():
        svg, png = io.BytesIO(), io.BytesIO()
        name_artists(figure)
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Identifier": key})
        titled = compact(with_titles(figure, svg.getvalue().decode()))
        figure.set_layout_engine("none")  # keep the layout of the SVG in the PNG
        figure.dpi = RESOLUTION
        FigureCanvasAgg(figure).print_png(png)
    return {"svg": titled.encode(), "png": png.getvalue()}


def for_screen(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Return a figure as a PNG, and the width and height in pixels at which a page should show it."""
    file, (dots, pixels) = io.BytesIO(), SCREEN
    with themed():
        figure.savefig(file, format="png", dpi=dots)
    width, height = (round(pixels * inches) for inches in figure.get_size_inches())
    return file.getvalue(), {"width": width, "height": height}
