"""Tutorial: turns the notebook into a page, with the outputs that are stored in it."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbformat import NotebookNode

NAME = "tutorial"


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the page and its pictures; the notebook itself stays, for download."""
    notebook = nbformat.read(Path(config.docs_dir) / f"{NAME}.ipynb", as_version=4)
    pictures: dict[str, bytes] = {}
    text = "\n".join(line for cell in notebook.cells for line in lines(cell, pictures))
    files.append(File.generated(config, f"{NAME}.md", content=text))
    for name, content in pictures.items():
        files.append(File.generated(config, name, content=content))
    return files


def lines(cell: NotebookNode, pictures: dict[str, bytes]) -> Iterator[str]:
    """Yield the Markdown of a cell, and add the pictures in its outputs to `pictures`: name -> PNG."""
    if cell.cell_type == "markdown":
        yield f"{cell.source}\n"
        return
    yield f"```python\n{cell.source}\n```\n"
    for output in cell.outputs:
        if output.output_type == "stream":
            yield f"```text\n{output.text.rstrip()}\n```\n"
        elif "image/png" in output.data:
            name = f"{NAME}/figure-{len(pictures) + 1}.png"
            pictures[name] = base64.b64decode(output.data["image/png"])
            yield f"![Figure]({name}){{ width={output.metadata['image/png']['width']} }}\n"
        elif "text/html" in output.data:
            yield f"<div>{plain(output.data['text/html'])}</div>\n"
        else:
            yield f"```text\n{output.data['text/plain']}\n```\n"


def plain(html: str) -> str:
    """Return the HTML of an output without the looks that pandas gives to tables: the site has its own."""
    return re.sub(r"<style scoped>.*?</style>", "", html, flags=re.DOTALL).replace(' border="1" class="dataframe"', "")
