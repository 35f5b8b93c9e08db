"""Bars: small pictures of the intervals in a table, beside their numbers."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from suite.report.tables import Table
from suite.text import FIGURE, bounds, label

WIDTH, HEIGHT, EDGE = 72, 12, 3  # in units of the picture; the edge is room for marks at its ends
NUMBER = re.compile(rf"{FIGURE}(?: %)?(?:$| \()")  # how a cell with a number begins
LONGEST = 200  # letters of a cell

Bounds = tuple[float, float, float]  # centre, low, high


@dataclass(frozen=True)
class Scale:
    """The range of values that pictures show, from left to right."""

    low: float
    high: float

    def place(self, value: float) -> str:
        """Return the horizontal place of a value, kept within the picture."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return f"{EDGE + share * (WIDTH - 2 * EDGE):.1f}"

    def picture(self, found: Bounds) -> Markup:
        """Return an SVG with a line from the lower to the upper bound, a mark at the centre, and a thin line at 0."""
        centre, low, high = map(self.place, found)
        zero = f'<path class="zero" d="M{self.place(0.0)} 0V{HEIGHT}"/>' if self.low <= 0 <= self.high else ""
        reach = f'<path d="M{low} {HEIGHT / 2:g}H{high}"/>' if low != high else ""
        mark = f'<circle cx="{centre}" cy="{HEIGHT / 2:g}" r="2.5"/>'
        return Markup(f'<svg class="bar" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{zero}{reach}{mark}</svg>')


def scale_of(texts: Iterable[str]) -> Scale | None:
    """Return a scale for the intervals among some texts; it contains 0 if that at most doubles it. None without any."""
    found = [one for text in texts if (one := bounds(text)) and one[1] < one[2]]
    ends = [end for _, *ends in found for end in ends if math.isfinite(end)]
    if not ends:
        return None
    low, high = min(ends), max(ends)
    room = high - low
    return Scale(min(low, 0.0) if low < room else low, max(high, 0.0) if -high < room else high)


def drawn(scale: Scale | None, text: str) -> Markup:
    """Return a cell of a table as HTML: its number, the picture and, in small print, its interval."""
    shown, found = label(text, LONGEST), bounds(text)
    number, bracket, rest = shown.partition(" (") if NUMBER.match(shown) else (shown, "", "")
    picture = scale.picture(found) if scale and found else ""
    small = Markup(" <small><bdi>({}</bdi></small>").format(rest) if bracket else ""
    return Markup("<bdi>{}</bdi>{}{}").format(number, picture, small)


def kind(text: str) -> str:
    """Return "number" for a cell that begins with one, which the page aligns right, else "words"."""
    return "number" if NUMBER.match(text) else "words"


def barred(table: Table) -> Iterator[tuple[str, list[tuple[str, Markup]]]]:
    """Yield each row of a table: its first cell, and the kind and HTML of the others, with pictures of intervals."""
    columns = [scale_of(row[place] for row in table.rows) for place in range(len(table.columns))]
    tasks: dict[str, list[str]] = {row[0]: [] for row in table.rows}
    for row in table.rows if table.per_task else ():
        tasks[row[0]] += row
    for row in table.rows:
        scales = [scale_of(tasks[row[0]])] * len(row) if table.per_task else columns
        yield row[0], [(kind(cell), drawn(scale, cell)) for scale, cell in zip(scales[1:], row[1:], strict=True)]
