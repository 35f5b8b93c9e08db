"""Sheet: everything drawn, in its place: a section a task, sweeps, search, cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suite.comparisons import Comparisons
from suite.report import sketches
from suite.report.figures import Drawing, Sketch, draw
from suite.report.findings import Finding
from suite.report.matrix import Row
from suite.report.sections import Section, section, solved_lengths, sweeps
from suite.report.tables import Table
from suite.results import Results

MOST_INLINE = 8_000_000  # bytes of figures that the page holds itself


@dataclass(frozen=True)
class Sweep:
    """A sweep: score against length, and up to which length each architecture solves it, where that has a meaning."""

    name: str
    solved: Table
    drawing: Drawing


@dataclass(frozen=True)
class Sheet:
    """All figures by where they stand, and the tasks' sections; `in_full` is False where figures were left out."""

    in_full: bool
    sections: list[Section]
    sweeps: list[Sweep]
    search: list[Drawing]
    costs: list[Drawing]

    @property
    def drawings(self) -> list[Drawing]:
        """Every figure."""
        own = [drawing for one in self.sections for drawing in one.drawings]
        return [*own, *(one.drawing for one in self.sweeps), *self.search, *self.costs]


def lay_out(
    results: Results,
    comparisons: dict[str, Comparisons],
    findings: dict[str, Finding],
    rows: Sequence[Row],
    folder: Path,
) -> Sheet:
    """Draws all there is to draw; `folder` holds the figures of the last time."""
    in_full, by_sweep = len(findings) <= sketches.MOST_IN_FULL, sweeps(results, results.counted)
    own = {task: results.only([task], "final") for task in findings}
    kinds = {task: sketches.kinds(own[task], task, finding, in_full) for task, finding in findings.items()}
    chosen = {kind.name for each in kinds.values() for kind in each} if in_full else sketches.affordable(kinds)
    plan = {
        task: sketches.of_task(own[task], task, [kind for kind in found if kind.name in chosen], png=in_full)
        for task, found in kinds.items()
    }
    lengths = {name: sketches.of_sweep(results, name, tasks, in_full) for name, tasks in by_sweep.items()}
    search = (
        [*sketches.of_search(results, list(findings)), *sketches.of_budgets(results, list(findings))] if in_full else []
    )
    costs = sketches.of_costs(results, results.counted, in_full)
    drawn = {one.name: one for one in draw([*_all(plan), *lengths.values(), *search, *costs], folder)}
    inlined = in_full and sum(len(drawn[one.name].files["svg"]) for one in drawn.values()) <= MOST_INLINE

    def placed(planned: Sequence[Sketch], inlined: bool = inlined) -> list[Drawing]:
        return [replace(drawn[one.name], inlined=inlined) for one in planned]

    sections = [
        replace(
            section(results, row.task, f"task-{k}", findings[row.task], comparisons[row.task], row, in_full),
            drawings=placed(plan[row.task], inlined or not in_full),
            undrawn=[(kind.title, kind.call(row.task)) for kind in kinds[row.task] if kind.name not in chosen],
        )
        for k, row in enumerate(rows)
    ]
    found = [_sweep(results, name, by_sweep[name], drawn[one.name]) for name, one in lengths.items()]
    return Sheet(in_full, sections, found, placed(search), placed(costs))


def _all(plan: dict[str, list[Sketch]]) -> list[Sketch]:
    return [one for sketches in plan.values() for one in sketches]


def _sweep(results: Results, name: str, tasks: Sequence[str], drawing: Drawing) -> Sweep:
    return Sweep(name, solved_lengths(results, tasks), drawing)
