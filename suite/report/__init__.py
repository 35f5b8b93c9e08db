"""Report: records -> index.html, report.md, tables and figures, from the results folder alone."""

from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from suite.comparisons import compare, rules
from suite.look import label
from suite.recommendations import recommend
from suite.report import protocol
from suite.report.figures import Drawing, draw
from suite.report.findings import find, lead
from suite.report.tables import differences, matrix
from suite.report.wrong import demonstrations
from suite.results import Results, load
from suite.store import write_atomically
from suite.wording import markdown

TEMPLATES = Path(__file__).parent / "templates"


def write(directory: str | Path) -> Path:
    """Writes `report/` in a results folder from what lies there and returns the path of its index.html.

    Everything is made before anything is written, the page last. Raises RequestError when there are no results.
    """
    results = load(directory)
    folder = Path(directory) / "report"
    made = files(results)
    for name, content in made.items():
        write_atomically(folder / name, content)
    for drawn in (folder / "figures").glob("*.[ps][nv]g"):
        if f"figures/{drawn.name}" not in made:
            drawn.unlink()
    return folder / "index.html"


def files(results: Results) -> dict[str, bytes]:
    """The report's files by their path in its folder."""
    content = context(results)
    drawings: list[Drawing] = content["drawings"]
    made = {f"figures/{one.name}.{kind}": file for one in drawings for kind, file in one.files.items()}
    made |= {"tables/runs.csv": _csv(results.runs), "tables/summary.csv": _csv(results.cells)}
    made |= {name: _fill(name, content) for name in ("report.md", "index.html")}
    return made


def context(results: Results) -> dict[str, Any]:
    """All that the templates show."""
    leaky = results.apart("leaks")
    comparisons = {task: compare(results, task) for task in results.task_names if task not in leaky}
    findings = {task: find(results, task, found) for task, found in comparisons.items()}
    judged = [findings[task] for task in results.counted]
    return {
        "name": results.experiment.get("name") or results.store.root.name,
        "description": results.experiment.get("description") or "",
        "extent": protocol.extent(results),
        "architectures": results.architectures,
        "findings": judged,
        "controls": [findings[task] for task in results.apart("controls")],
        "demonstrations": demonstrations(results),
        "lead": lead(judged),
        "recommendations": recommend(results, comparisons),
        "matrix": matrix(results, comparisons),
        "differences": differences(results, comparisons),
        "drawings": list(draw(results, list(findings.values()))),
        "rules": rules(results.margin),
        "settings": protocol.settings(results),
        "surroundings": protocol.surroundings(results),
        "data": protocol.data(results),
        "failures": protocol.failures(results),
        "missing": protocol.missing(results),
        "command": protocol.command(results),
    }


def _fill(name: str, content: dict[str, Any]) -> bytes:
    page = name.endswith(".html")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=page,
        finalize=None if page else markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["short"] = label
    return environment.get_template(f"{name}.jinja").render(content).encode("utf-8", "replace")


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8", "replace")
