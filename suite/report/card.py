"""Card: the answer and the first figure of the report as a piece of HTML, for a notebook."""

import base64
from typing import Any

from suite.report.figures import FIGURES
from suite.report.figures.style import for_screen
from suite.report.lead import lead
from suite.report.rendering import fill
from suite.results.results import Results


def card(results: Results, name: str, extent: str) -> str:
    """Return HTML that needs no other file: the name and extent of the results, the answer, and the first figure."""
    content = {"name": name, "extent": extent, "lead": lead(results), "figure": _figure(results), "sections": []}
    return fill("card.html", content).decode()


def _figure(results: Results) -> dict[str, Any] | None:
    """Return the first figure that has something to draw, with its description; None if there is none."""
    for kind in FIGURES.values():
        if subjects := kind.subjects(results, results.task_names)[: kind.together]:
            png, size = for_screen(kind.draw(results, subjects))
            words = " ".join(kind.words(results, subject) for subject in subjects)
            return size | {"png": base64.b64encode(png).decode(), "words": words}
    return None
