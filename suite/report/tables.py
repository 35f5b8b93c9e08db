"""Tables: rows of text as CSV, Markdown and LaTeX, ready to include."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from suite.text import BEYOND, latex, markdown


@dataclass(frozen=True)
class Table:
    """A table of text with a name for its files and a caption."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def files(self) -> dict[str, bytes]:
        """Its files by their path in the report's folder."""
        made = {"csv": csv(pd.DataFrame(self.rows, columns=list(self.columns)))}
        made |= {"md": encoded(as_markdown(self)), "tex": encoded(as_latex(self))}
        return {f"tables/{self.name}.{kind}": content for kind, content in made.items()}


def as_markdown(table: Table) -> str:
    """The table in Markdown, with its caption below."""
    rows = [table.columns, ["---"] * len(table.columns), *table.rows]
    escaped = [[value if value == "---" else markdown(value) for value in row] for row in rows]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in escaped), "", markdown(table.caption), ""])


def as_latex(table: Table) -> str:
    """A table environment with booktabs' rules; needs the package booktabs.

    Other scripts than Latin need XeTeX or LuaTeX and a font that has them; elsewhere each letter is a question mark.
    """
    # the empty group keeps a cell that begins with "[" or "*" from being read as an argument of the line before
    head, *rows = ("{}" + " & ".join(map(latex, row)) + r" \\" for row in (table.columns, *table.rows))
    name = "".join(c if c.isalnum() else "-" for c in table.name)
    return "\n".join(
        [
            BEYOND,
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{latex(table.caption)}}}",
            rf"\label{{tab:{name}}}",
            rf"\begin{{tabular}}{{{'l' * len(table.columns)}}}",
            r"\toprule",
            head,
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def csv(frame: pd.DataFrame) -> bytes:
    """A frame as CSV."""
    return encoded(frame.to_csv(index=False, lineterminator="\n"))


def encoded(text: str) -> bytes:
    """Text as bytes, what is no character replaced."""
    return text.encode("utf-8", "replace")
