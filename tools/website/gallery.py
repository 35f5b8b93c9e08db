"""Gallery: a page with every kind of figure, drawn from a stored study, and the call that draws it."""

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from suite.report.figures import FIGURES
from suite.report.figures.registry import FigureKind
from suite.report.figures.style import for_screen
from suite.results.results import Results, load
from suite.text import markdown

STUDY = Path(__file__).with_name("example.tar.xz")  # the records that `suite run example.py` wrote
HEAD = """# Gallery

Every figure of the report, drawn from the records of a small study ([its file](example.py)), and the call that
draws it in a notebook. Without names of tasks, a call draws every task that has data for the figure.

```python
results = suite.load("results/example")
```
"""


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Add the page, its pictures, and the experiment's file."""
    with tempfile.TemporaryDirectory() as folder:
        results = example(Path(folder))
        parts = [HEAD]
        for kind in FIGURES.values():
            subjects = subjects_of(kind, results)
            parts.append("\n".join(entry(kind, results, subjects)))
            if subjects:
                png, _ = for_screen(kind.draw(results, subjects))
                files.append(File.generated(config, f"gallery/{kind.name}.png", content=png))
    files.append(File.generated(config, "gallery.md", content="\n".join(parts)))
    files.append(File.generated(config, "example.py", abs_src_path=str(Path(__file__).with_name("example.py"))))
    return files


def example(folder: Path) -> Results:
    """Unpack the stored study into a folder, and return its results."""
    with tarfile.open(STUDY) as archive:
        archive.extractall(folder, filter="data")
    return load(folder / "example")


def subjects_of(kind: FigureKind, results: Results) -> list[str]:
    """Return what a figure shows of the study: all tasks together, or one or two of them."""
    return kind.subjects(results, results.task_names)[: max(2, kind.together)]


def entry(kind: FigureKind, results: Results, subjects: list[str]) -> Iterator[str]:
    """Yield the lines about a kind of figure."""
    names = ", ".join(f'"{subject}"' for subject in subjects if subject)
    yield f"## {kind.title}\n\n{markdown(kind.caption)}\n"
    yield f"```python\nresults.plot.{kind.name}({names})\n```\n"
    if subjects:
        words = " ".join(kind.words(results, subject) for subject in subjects)
        yield f"![{markdown(words)}](gallery/{kind.name}.png)\n"
    else:
        yield "The study has nothing to draw in this figure.\n"
