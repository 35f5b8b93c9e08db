"""Notebooks: `python tools/notebooks.py FILE` executes a notebook in a real kernel and stores its outputs."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode


def notebook(cells: dict[str, str]) -> NotebookNode:
    """Return a notebook of code cells (id -> source); execution goes on after a cell that raises an error."""
    tags = {"tags": ["raises-exception"]}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=name, metadata=tags) for name, source in cells.items()]
    )


def execute(notebook: NotebookNode, folder: Path) -> dict[str, list[NotebookNode]]:
    """Execute a notebook in a folder; return cell id -> outputs. Raise CellExecutionError at an unexpected error.

    The kernel keeps its own files in the folder, too, and finds the command `suite` of this Python.
    """
    own = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=os.environ | own | {"PATH": path})
    for output in (one for cell in notebook.cells for one in cell.get("outputs", []) if "text" in one):
        output.text = output.text.replace("\r\n", "\n")  # of commands
    return {cell.id: cell.get("outputs", []) for cell in notebook.cells}


def printed(outputs: list[NotebookNode]) -> str:
    """Return what a cell printed."""
    return "".join(one.text for one in outputs if one.output_type == "stream")


def shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return what a cell shows besides text that it prints: kind -> content, for each output."""
    return [one.data for one in outputs if one.output_type in ("display_data", "execute_result")]


def main(file: str) -> None:
    """Execute the notebook in a file in an empty folder, and write it back with its outputs."""
    found = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        execute(found, Path(folder))
    nbformat.write(found, file)


if __name__ == "__main__":
    main(sys.argv[1])
