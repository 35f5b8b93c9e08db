"""Rendering: fill in the templates; text from the records is escaped, so that it cannot act as markup."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from suite.claims.tables import first
from suite.report import bars
from suite.report.claims import effect, sensitivity
from suite.report.tables import as_markdown
from suite.text import label, markdown

OPTION = re.compile(r"--[a-z][a-z-]*\w(?: \d[\w.]*)?")
TEMPLATES = Path(__file__).parent / "templates"


def fill(name: str, content: dict[str, Any]) -> bytes:
    """Render the file `name` from its template and the templates of the sections; escape text as HTML or Markdown."""
    environment = _environment(page=name.endswith(".html"))
    parts = [
        Markup(environment.get_template(f"{section.name}{Path(name).suffix}.jinja").render(content | own))  # escaped
        for section, own in content["sections"]
    ]
    filled = environment.get_template(f"{name}.jinja").render(content, parts=parts, script_hash=script_hash())
    return filled.encode("utf-8", "replace")


@cache
def script_hash() -> str:
    """Return the hash of the page's script, so that the content security policy allows no other script."""
    script = (TEMPLATES / "page.js").read_bytes()
    return f"sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}"


@cache
def _environment(page: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=page,
        finalize=None if page else _inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "short": label,
        "table": as_markdown,
        "barred": bars.barred,
        "drawn": bars.drawn,
        "scale": lambda row: bars.scale_of([row.baseline, row.trained, *(entry.score for entry in row.entries)]),
        "prose": prose,
        "effect": effect,
        "sensitivity": sensitivity,
        "first": first,
    }
    return environment


def prose(text: object, limit: int) -> Markup:
    """Return text on one line as HTML in which no option of a command is broken over two lines."""
    return Markup(OPTION.sub(r'<span class="whole">\g<0></span>', str(escape(label(text, limit)))))  # escaped


def _inert(value: Any) -> str:
    """Escape text for Markdown; return a value that is already escaped (a table, a section) unchanged."""
    return value if isinstance(value, Markup) else markdown(value)
