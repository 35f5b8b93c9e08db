"""Notebook view: the progress of a run as one output of a notebook's cell, which is updated in place."""

import io
from typing import Any

from rich.console import Console, RenderableType

WIDTH = 100  # characters
PAGE = '<pre style="line-height: normal; overflow-x: auto">{code}</pre>'


class NotebookView:
    """Shows what rich renders in a notebook, like `rich.live.Live`, which would need ipywidgets there."""

    def __init__(self) -> None:
        self._output: Any = None

    def start(self) -> None:
        """Add an empty output to the cell."""
        from IPython.display import display  # a notebook has it

        self._output = display({"text/plain": ""}, raw=True, display_id=True)

    def update(self, view: RenderableType, refresh: bool = True) -> None:
        """Show this instead of what was shown."""
        console = Console(file=io.StringIO(), record=True, width=WIDTH, force_jupyter=False)
        console.print(view)
        html = console.export_html(inline_styles=True, code_format=PAGE, clear=False)
        self._output.update({"text/html": html, "text/plain": console.export_text()}, raw=True)

    def stop(self) -> None:
        """Leave the output as it is."""
