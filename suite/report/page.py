"""Page: the parts of a report: results, tables, figures, and the sections that show them."""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from suite.report.tables import Table
from suite.results.results import Results

PIXELS, ENLARGED = 96 / 72, 4 / 3  # per point; on a wide page
# colours of the style of figures -> variables of the page, which the dark mode changes
COLOURS = {
    "#000000": "var(--ink)", "#262626": "var(--ink)", "#404040": "var(--soft)", "#cccccc": "var(--line)",
    "#ffffff": "var(--sheet)",
}  # fmt: skip
Content = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A figure of some subjects (tasks, sweeps, or everything), with its files by kind ("svg", "png").

    `level` is its place on the page; `words` describes what it shows. If it could not be drawn, `fault` gives the
    reason on one line and `files` is empty. `inlined` says whether the page contains the SVG or loads the file, and
    `at_once` whether it is shown without unfolding.
    """

    name: str
    title: str
    caption: str
    level: str
    subjects: Sequence[str]
    words: str
    files: dict[str, bytes]
    fault: str = ""
    inlined: bool = True
    at_once: bool = False

    @property
    def width(self) -> int:
        """The greatest width in pixels at which the page shows it: a third more than it was drawn at."""
        found = re.search(rb'<svg[^>]* width="([\d.]+)pt"', self.files.get("svg", b""))
        return round(float(found[1]) * PIXELS * ENLARGED) if found else 0

    @property
    def endings(self) -> str:
        """The endings of its files, as in ".svg, .png"."""
        return ", ".join(f".{kind}" for kind in self.files)

    @property
    def inline(self) -> str:
        """The SVG to embed in a page, without prologue or metadata; its identifiers are unique on the page."""
        svg = self.files["svg"].decode()
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL)
        svg = re.sub(r"(?<=: )#[0-9a-f]{6}(?=[;\"])", lambda found: COLOURS.get(found[0], found[0]), svg)
        short = f"{zlib.crc32(self.name.encode('utf-8', 'replace')):x}"  # thousands of marks refer to identifiers
        return re.sub(r'(\bid="|\burl\(#|(?:xlink:)?href="#)', rf"\g<1>{short}-", svg).replace("xlink:href", "href")


@dataclass(frozen=True)
class Page:
    """The results, the non-empty tables by name, and the figures.

    `undrawn`: (title, Python call) for each kind of figure that is left out because there are too many tasks.
    """

    results: Results
    tables: dict[str, Table]
    drawings: Sequence[Drawing]
    undrawn: Sequence[tuple[str, str]] = ()

    def figures(self, level: str, subject: str | None = None) -> list[Drawing]:
        """Return the figures of one level of the page; with `subject`, only those of this task or sweep."""
        return [one for one in self.drawings if one.level == level and (subject is None or subject in one.subjects)]


@dataclass(frozen=True)
class Section:
    """A part of the report; `name` is also its anchor, and its templates are `<name>.html.jinja` and `<name>.md.jinja`.

    `content` returns the variables for the templates. The section is left out if they are empty.
    """

    name: str
    title: str
    content: Callable[[Page], Content]


def section(name: str, title: str) -> Callable[[Callable[[Page], Content]], Section]:
    """Turn a function of the page into a section; `suite.report.contents` lists the sections in order."""
    return lambda content: Section(name, title, content)
