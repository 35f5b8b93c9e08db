"""Page: what a report is made of: results, tables, figures, and the sections that show them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from suite.report.tables import Table
from suite.results.results import Results

Content = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A figure of some subjects (tasks, sweeps, or everything) with its files by kind ("svg", "png").

    `level`: its place on the page. `words`: what can be seen in it. `fault`: why it could not be drawn, on one line; it
    then has no files. `inlined`: whether the page holds it itself.
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

    @property
    def endings(self) -> str:
        """The endings of its files, ".svg, .png"."""
        return ", ".join(f".{kind}" for kind in self.files)

    @property
    def inline(self) -> str:
        """The SVG for a page that holds others: no prologue, no metadata, and unique identifiers."""
        svg = self.files["svg"].decode()
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL)
        return re.sub(r'(\bid="|\burl\(#|href="#)', rf"\g<1>{self.name}-", svg)


@dataclass(frozen=True)
class Page:
    """The results, the tables that have rows by name, and the figures.

    `undrawn`: title and Python call of each kind of figure that is left out because there are too many tasks.
    """

    results: Results
    tables: dict[str, Table]
    drawings: Sequence[Drawing]
    undrawn: Sequence[tuple[str, str]] = ()

    def figures(self, level: str, subject: str | None = None) -> list[Drawing]:
        """Return the figures of one level of the page, or those of one task or sweep."""
        return [one for one in self.drawings if one.level == level and (subject is None or subject in one.subjects)]


@dataclass(frozen=True)
class Section:
    """A part of the report: its anchor, its title, and what its templates show; it is left out without `content`.

    The templates are `<name>.html.jinja` and `<name>.md.jinja`.
    """

    name: str
    title: str
    content: Callable[[Page], Content]


def section(name: str, title: str) -> Callable[[Callable[[Page], Content]], Section]:
    """Turn a function of the page into a section; `suite.report.contents` lists them in order."""
    return lambda content: Section(name, title, content)
