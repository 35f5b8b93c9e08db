"""Report: write index.html, report.md, tables and figures from the records in a results folder."""

import os
import re
import shutil
from functools import partial
from pathlib import Path

from suite.claims.judge import judge
from suite.claims.tables import frame
from suite.files.writing import whole_folder
from suite.report.contents import SECTIONS, TABLES
from suite.report.naming import titled
from suite.report.page import Page
from suite.report.protocol import extent, failures, missing, paragraphs
from suite.report.rendering import fill
from suite.report.tables import csv
from suite.report.terminal import brief
from suite.results.results import Results, load

# files of an earlier report that this one may lack
MADE = re.compile(r"figures/[^/]*\.(png|svg)|tasks/[^/]*\.html")


def write(directory: str | Path) -> Path:
    """Write the report on a results folder into its subfolder `report` and return the path of index.html.

    Raise RequestError if there are no results.
    """
    return publish(directory)[0]


def publish(directory: str | Path) -> tuple[Path, list[str]]:
    """Write the report; return the path of index.html and a short version for a terminal, as a list of lines.

    All files are created in memory before the first one is written. The new folder then takes the place of the old one
    as a whole, with the files that others put there. If nothing has changed, nothing is written, and a figure whose
    content has not changed since the previous report is not drawn again. Raise RequestError if there are no results.
    """
    results = load(directory)
    folder = Path(directory) / "report"
    made = files(results, folder)
    there = [] if folder.is_symlink() else folder.rglob("*")  # a stranger's may lead to a folder of private files
    old = {path.relative_to(folder).as_posix(): path for path in there if path.is_file()}
    kept = {name: path for name, path in old.items() if name not in made and not MADE.fullmatch(name)}
    same = {name: path for name, path in old.items() if name in made and path.read_bytes() == made[name]}
    if old.keys() != kept.keys() | same.keys() or made.keys() != same.keys():
        with whole_folder(folder) as fresh:
            for name, content in made.items():
                place(fresh / name, same.get(name), content)
            for name, path in kept.items():
                place(fresh / name, path, b"")
    return folder / "index.html", brief(results)


def place(path: Path, same: Path | None, content: bytes) -> None:
    """Make a file that is a link to the one with the same content, or has this content where that is impossible.

    A symbolic link stays one: nothing that it leads to becomes part of a report, which may be published.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if same:
        try:
            os.link(same, path, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(same, path, follow_symlinks=False)
    else:
        path.write_bytes(content)


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
        "description": paragraphs(results)[0],
        "extent": extent(results),
        "incomplete": bool(failures(results) or missing(results)),
        "title": results.title,
        "called": results.called,
        "titled": partial(titled, results),
        "tables": page.tables,
        "page": page,
        "sections": [(one, content) for one in SECTIONS if (content := one.content(page))],
    }
