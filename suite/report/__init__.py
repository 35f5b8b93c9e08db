"""Report: write index.html, report.md, tables and figures from the records in a results folder."""

from pathlib import Path

from suite.claims.judge import judge
from suite.claims.tables import frame
from suite.files import write_atomically
from suite.report.contents import SECTIONS, TABLES
from suite.report.page import Page
from suite.report.protocol import extent, failures, missing
from suite.report.rendering import fill
from suite.report.tables import csv
from suite.report.terminal import brief
from suite.results.results import Results, load


def write(directory: str | Path) -> Path:
    """Write the report on a results folder into its subfolder `report` and return the path of index.html.

    Raise RequestError if there are no results.
    """
    return publish(directory)[0]


def publish(directory: str | Path) -> tuple[Path, list[str]]:
    """Write the report; return the path of index.html and a short version for a terminal, as a list of lines.

    All files are created in memory before the first one is written, and index.html is written last. A figure whose
    content has not changed since the previous report is not drawn again. Raise RequestError if there are no results.
    """
    results = load(directory)
    folder = Path(directory) / "report"
    made = files(results, folder)
    for name, file in made.items():
        path = folder / name
        if not (path.is_file() and path.read_bytes() == file):
            write_atomically(path, file)
    for old in (*folder.glob("figures/*.[ps][nv]g"), *folder.glob("tasks/*.html")):
        if f"{old.parent.name}/{old.name}" not in made:
            old.unlink()
    return folder / "index.html", brief(results)


def files(results: Results, folder: Path) -> dict[str, bytes]:
    """Return the content of each report file by its path relative to `folder`, which may contain an earlier report."""
    page = paginate(results, folder)
    drawn = {f"figures/{one.name}.{kind}": file for one in page.drawings for kind, file in one.files.items()}
    frames = {"runs": results.runs, "summary": results.cells, "claims": frame(judge(results))}
    tables = {f"tables/{name}.csv": csv(found) for name, found in frames.items()}
    exported = {name: file for table in page.tables.values() for name, file in table.files().items()}
    return drawn | tables | exported | {name: fill(name, context(page)) for name in ("report.md", "index.html")}


def paginate(results: Results, folder: Path) -> Page:
    """Return the figures and tables of the report; reuse unchanged figures of an earlier report in `folder`."""
    from suite.report.drawing import draw
    from suite.report.figure_plan import sketches, undrawn

    drawings = draw(sketches(results), folder / "figures")
    tables = [made for table in TABLES if (made := table(results)).rows]
    return Page(results, {table.name: table for table in tables}, drawings, undrawn(results))


def context(page: Page) -> dict:
    """Return the variables for the templates: those of the whole report, and a list of (section, its content)."""
    results = page.results
    return {
        "name": results.experiment.name or results.store.root.name,
        "description": results.experiment.description,
        "extent": extent(results),
        "incomplete": bool(failures(results) or missing(results)),
        "tables": page.tables,
        "page": page,
        "sections": [(one, content) for one in SECTIONS if (content := one.content(page))],
    }
