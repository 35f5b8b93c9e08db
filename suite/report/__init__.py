"""Report: records -> index.html, report.md, tables and figures, from the results folder alone."""

from pathlib import Path
from typing import Any

from suite.analysis.comparisons import Comparisons, compare, rules
from suite.analysis.recommendations import recommend
from suite.claims import judge
from suite.claims.preregistration import registration
from suite.claims.tables import frame
from suite.files import write_atomically
from suite.report import protocol
from suite.report.across_tasks import overall
from suite.report.claims import stated
from suite.report.findings import Finding, find
from suite.report.headline import answers, lead
from suite.report.layout import lay_out
from suite.report.leak_demonstrations import demonstrations
from suite.report.rendering import fill
from suite.report.scores import alternatives, matrix
from suite.report.table_files import tables
from suite.report.tables import csv
from suite.report.terminal import brief
from suite.report.tuning import crossed, withheld
from suite.report.variance import unknown
from suite.results.results import Results, load


def write(directory: str | Path) -> Path:
    """Writes `report/` in a results folder from what lies there and returns the path of its index.html.

    Raises RequestError when there are no results.
    """
    return publish(directory)[0]


def publish(directory: str | Path) -> tuple[Path, list[str]]:
    """The same, with the short version of the report for a terminal, as lines.

    Everything is made before anything is written, the page last; figures that show the same as the last time are not
    drawn again. Raises RequestError when there are no results.
    """
    results = load(directory)
    folder = Path(directory) / "report"
    content = context(results)
    made = files(results, content, folder)
    for name, file in made.items():
        path = folder / name
        if not (path.is_file() and path.read_bytes() == file):
            write_atomically(path, file)
    for old in (*folder.glob("figures/*.[ps][nv]g"), *folder.glob("tasks/*.html")):
        if f"{old.parent.name}/{old.name}" not in made:
            old.unlink()
    return folder / "index.html", brief(content)


def files(results: Results, content: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """The report's files by their path in its folder, in which those of the last time may lie."""
    drawn = lay_out(results, content["comparisons"], content["findings"], content["matrix"], folder / "figures")
    content |= {"sheet": drawn, "overall": overall(results, folder / "figures"), "unfolded": len(drawn.sections) <= 6}
    figures = [*content["overall"].drawings, *drawn.drawings]
    made = {f"figures/{one.name}.{kind}": file for one in figures for kind, file in one.files.items()}
    made |= {"tables/runs.csv": csv(results.runs), "tables/summary.csv": csv(results.cells)}
    made |= {"tables/claims.csv": csv(frame(content["claims"]))}
    for table in content["tables"].values():
        made |= table.files()
    lone = {"name": content["name"], "unfolded": True, "directory": results.store.root.as_posix()}
    made |= {one.page: fill("task.html", lone | {"one": one}) for one in drawn.sections if one.page}
    return made | {name: fill(name, content) for name in ("report.md", "index.html")}


def context(results: Results) -> dict[str, Any]:
    """All that the templates show but the figures."""
    comparisons, findings = judged(results)
    rows, claims = matrix(results, comparisons), judge(results)
    return {
        "name": results.experiment.name or results.store.root.name,
        "description": results.experiment.description,
        "extent": protocol.extent(results),
        "architectures": results.architectures,
        "comparisons": comparisons,
        "findings": findings,
        "lead": lead([findings[task] for task in results.counted]),
        "answers": answers(results, comparisons, findings),
        "recommendations": recommend(results, comparisons),
        "controls": [findings[task] for task in results.apart("controls")],
        "demonstrations": demonstrations(results),
        "claims": claims,
        "registration": registration(results),
        "matrix": rows,
        "alternatives": alternatives(results, [*comparisons]),
        "rules": rules(results.margin),
        "crossed": crossed(results, [*comparisons]),
        "unknown": unknown(results, [*comparisons]),
        "withheld": withheld(results, [*comparisons]),
        "manner": protocol.manner(results),
        "settings": protocol.settings(results),
        "surroundings": protocol.surroundings(results),
        "data": protocol.data(results),
        "failures": protocol.failures(results),
        "missing": protocol.missing(results),
        "command": protocol.command(results),
        "citation": protocol.citation(results),
        "tables": {table.name: table for table in [stated(claims), *tables(results, comparisons, rows)]},
    }


def judged(results: Results) -> tuple[dict[str, Comparisons], dict[str, Finding]]:
    """Comparisons and findings of every task but the demonstrations of leaks."""
    leaky = results.apart("leaks")
    comparisons = {task: compare(results, task) for task in results.task_names if task not in leaky}
    return comparisons, {task: find(results, task, found) for task, found in comparisons.items()}
