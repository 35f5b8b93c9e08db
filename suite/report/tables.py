"""Tables: write rows of text as CSV, Markdown and LaTeX."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd

from suite import text
from suite.text import BEYOND, latex, markdown


class Named(str):
    """What people read in a table; `id` is what programs read, which stands in the CSV file instead."""

    id: str

    def __new__(cls, shown: str, id: str) -> Self:
        """Return the text `shown` with the `id`."""
        made = super().__new__(cls, shown)
        made.id = id
        return made


@dataclass(frozen=True)
class Table:
    """A table of text, with a caption and a name for its files.

    `per_task`: the intervals of a row share one scale, instead of those of a column: the metric differs between rows.
    """

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    per_task: bool = False

    def files(self) -> dict[str, bytes]:
        """Return the content of its files by their path in the report's folder."""
        columns, *rows = ([getattr(cell, "id", cell) for cell in row] for row in (self.columns, *self.rows))
        made = {"csv": csv(pd.DataFrame(rows, columns=columns))}
        made |= {"md": encoded(as_markdown(self)), "tex": encoded(as_latex(self))}
        return {f"tables/{self.name}.{kind}": content for kind, content in made.items()}


def as_markdown(table: Table) -> str:
    """Return the table in Markdown, with its caption below."""
    rows = [table.columns, ["---"] * len(table.columns), *table.rows]
    escaped = [[value if value == "---" else markdown(value) for value in row] for row in rows]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in escaped), "", markdown(table.caption), ""])


def as_latex(table: Table) -> str:
    """Return a LaTeX table environment; it needs the package booktabs.

    Non-Latin scripts need XeTeX or LuaTeX and a suitable font; otherwise, each letter is printed as a question mark.
    """
    # without the empty group, LaTeX reads a cell that begins with "[" or "*" as an argument of the line before
    head, *rows = (["{}" + latex(first), *map(latex, rest)] for first, *rest in (table.columns, *table.rows))
    name = "".join(c if c.isalnum() else "-" for c in table.name)
    written = pd.DataFrame(rows, columns=head).style.hide(axis="index").to_latex(
        hrules=True, caption=latex(table.caption), label=f"tab:{name}", position_float="centering",
        column_format="l" * len(head),
    )  # fmt: skip
    return f"{BEYOND}\n{written}"


def csv(frame: pd.DataFrame) -> bytes:
    """Return a data frame as CSV, in which no cell is a formula."""
    return encoded(text.csv(frame))


def encoded(content: str) -> bytes:
    """Encode text as UTF-8; replace invalid characters."""
    return content.encode("utf-8", "replace")
