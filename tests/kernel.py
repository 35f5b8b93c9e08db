"""A real Jupyter kernel that executes notebooks, with folders of its own for what it stores."""

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode


def notebook(cells: dict[str, str]) -> NotebookNode:
    """Return a notebook with a code cell for each name; it goes on after one that raises an error."""
    tags = {"tags": ["raises-exception"]}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=name, metadata=tags) for name, source in cells.items()]
    )


def execute(notebook: NotebookNode, folder: Path) -> dict[str, list[NotebookNode]]:
    """Execute a notebook in a folder; return cell id -> outputs. Raise CellExecutionError at an unexpected error."""
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    own = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    client.execute(env=os.environ | own)
    return {cell.id: cell.get("outputs", []) for cell in notebook.cells}


def printed(outputs: list[NotebookNode]) -> str:
    """Return what a cell printed."""
    return "".join(one.text for one in outputs if one.output_type == "stream")


def shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return what a cell shows besides text that it prints: kind -> content, for each output."""
    return [one.data for one in outputs if one.output_type in ("display_data", "execute_result")]
