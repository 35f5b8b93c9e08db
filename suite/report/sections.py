"""Sections: the parts of the report; each is one decorated function and two templates with its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite.report.page import Page

Content = dict[str, Any]


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
