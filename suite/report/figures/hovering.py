"""Hovering: what a browser shows where the mouse is over a mark: what it stands for, and its values."""

import re
from collections.abc import Iterator
from html import escape

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.report.figures.values import Names, Values, has_marks, look_of, names
from suite.text import number, printable

HOVER = "hover: "  # begins the identifier of an artist with a text to show
NAMED = re.compile(rf'<g id="{HOVER}(.*?)">')
PATHS = re.compile(r'<g id="(?:QuadMesh|PathCollection)_\d+"(?:/>|>.*?\n   </g>)', re.DOTALL)
MARK = re.compile(r'<use xlink:href="#\w+" x="([-\d.]+)" y="([-\d.]+)"([^>]*)/>')
POINT = 72  # of an inch: the unit of an SVG file that matplotlib writes
MOST = 3_000  # marks of a figure; with more, texts would make the file too large

Place = tuple[float, float]


def hover(artist: Artist, text: str) -> None:
    """Let a browser show this text where the mouse is over an artist; `with_titles` writes it into the SVG."""
    artist.set_gid(f"{HOVER}{printable(text)}")


def name_artists(figure: Figure) -> None:
    """Let every bar and every straight line say what it stands for, and its value or values."""
    named = names(figure)
    for panel in figure.axes:
        values = Values(panel)
        for bars in panel.containers:
            for bar in bars.patches if isinstance(bars, BarContainer) else ():
                what = f"{values.y.value(bar.get_y() + bar.get_height() / 2)}: {named.get(look_of(bar), '')}"
                hover(bar, f"{what} {number(bar.get_width())}")
        for line in panel.lines:
            if line.get_gid() is None and not has_marks(line) and (text := _straight(line, named, values)):
                hover(line, text)


def _straight(line: Line2D, named: Names, values: Values) -> str:
    """Return what a horizontal or vertical line says: a level, or the ends of an interval; "" for other lines."""
    x, y = (np.unique(np.asarray(each, dtype=float)) for each in (line.get_xdata(), line.get_ydata()))
    if name := named.get(look_of(line)):
        return f"{name}: {number(float(min(x, y, key=len)[0]))}" if min(len(x), len(y)) == 1 else ""
    upright = len(x) == 1 and len(y) == 2
    if not (upright or (len(y) == 1 and len(x) == 2)) or not np.isfinite([*x, *y]).all():
        return ""
    name = named.get(look_of(line)[0]) or (values.x.value(x[0]) if values.x.ticks and upright else "")  # ty: ignore
    name = values.y.value(y[0]) if values.y.ticks and not upright else name
    return f"{name}: {' to '.join(map(number, y if upright else x))}" if name else ""


def with_titles(figure: Figure, svg: str) -> str:
    """Return the SVG of a figure with the texts of its artists and a text for every mark of its panels.

    Both become elements `title`, which browsers show under the mouse and screen readers read.
    """
    texts, drawn = dict(_marks(figure)), list(_collections(figure))
    svg = NAMED.sub(r"<g><title>\1</title>", svg)
    if len(drawn) == len(PATHS.findall(svg)):
        svg = PATHS.sub(lambda found: _in_turn(found[0], drawn.pop(0)), svg)
    return MARK.sub(lambda found: _at(found, texts), svg) if len(texts) <= MOST else svg


def _at(found: re.Match[str], texts: dict[Place, str]) -> str:
    """Return a mark of an SVG with the text for its place, if there is one."""
    text = texts.get(_rounded(float(found[1]), float(found[2])))
    return f"{found[0][:-2]}>{_title(text)}</use>" if text else found[0]


def _in_turn(group: str, texts: list[str]) -> str:
    """Return a group of an SVG with a text for each of its paths, if there is one for each."""
    left = iter(texts)
    if len(texts) != group.count("<path") or "<use" in group:
        return group
    return re.sub(r"(<path[^>]*)/>", lambda path: f"{path[1]}>{_title(next(left))}</path>", group)


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _rounded(x: float, y: float) -> Place:
    return round(x, 2), round(y, 2)


def _collections(figure: Figure) -> Iterator[list[str]]:
    """Yield the texts of every heatmap, row by row, and of every collection of points, in the order of drawing."""
    named = names(figure)
    for panel in figure.axes:
        values = Values(panel)
        for one in sorted(panel.collections, key=lambda one: one.get_zorder()):
            if one.get_gid() is not None or one.get_rasterized():
                continue
            if isinstance(one, QuadMesh):
                cells = np.ndenumerate(np.asarray(one.get_array()))
                yield [values.cell(*place, float(value)) for place, value in cells]
            elif isinstance(one, PathCollection):
                name = named.get(look_of(one), "")
                yield [values.point(name, *map(float, point)) for point in np.asarray(one.get_offsets())]


def _marks(figure: Figure) -> Iterator[tuple[Place, str]]:
    """Yield the place of every mark in the SVG, and its text."""
    named, height = names(figure), figure.get_figheight() * POINT
    for panel in figure.axes:
        values = Values(panel)
        for artist in panel.get_children():
            if has_marks(artist) and artist.get_gid() is None:
                for point, place in _places(figure, panel, artist):
                    text = values.point(named.get(look_of(artist), ""), *point)
                    yield _rounded(place[0], height - place[1]), text


def _places(figure: Figure, panel: Axes, artist: Artist) -> Iterator[tuple[Place, Place]]:
    """Yield the values of each mark and its place, in points from the lower left corner of the figure."""
    found = artist.get_xydata() if isinstance(artist, Line2D) else artist.get_offsets()  # ty: ignore
    points = np.asarray(found, dtype=float).reshape(-1, 2)
    places = panel.transData.transform(points) * POINT / figure.dpi
    for point, place in zip(points.tolist(), places.tolist(), strict=True):
        if np.isfinite([*point, *place]).all():
            yield tuple(point), tuple(place)
