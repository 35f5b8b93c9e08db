"""Sheet: everything drawn, in its place: a section a task, sweeps, search, cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from suite.analysis.comparisons import Comparisons
from suite.report import figure_plan
from suite.report.drawing import Drawing, Sketch, begin
from suite.report.findings import Finding
from suite.report.scores import Row
from suite.report.tables import Table
from suite.report.task_section import Section, section, solved_lengths, sweeps
from suite.results.results import Results

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
    in_full, by_sweep = len(findings) <= figure_plan.MOST_IN_FULL, sweeps(results, results.counted)
    plan, left = _plan(results, findings, in_full)
    lengths = {name: figure_plan.of_sweep(results, name, tasks, in_full) for name, tasks in by_sweep.items()}
    search = (
        [*figure_plan.of_search(results, list(findings)), *figure_plan.of_budgets(results, list(findings))]
        if in_full
        else []
    )
    costs = figure_plan.of_costs(results, results.counted, in_full)
    finish = begin([*_all(plan), *lengths.values(), *search, *costs], folder)
    told = [
        section(results, row.task, f"task-{k}", findings[row.task], comparisons[row.task], row, in_full)
        for k, row in enumerate(rows)
    ]
    drawn = {one.name: one for one in finish()}
    inlined = in_full and sum(len(one.files.get("svg", b"")) for one in drawn.values()) <= MOST_INLINE

    def placed(planned: Sequence[Sketch], inlined: bool = inlined) -> list[Drawing]:
        return [replace(drawn[one.name], inlined=inlined) for one in planned]

    sections = [
        replace(one, drawings=placed(plan[task], inlined or not in_full), undrawn=[*left[task], *one.undrawn])
        for one in told
        for task in [one.finding.task]
    ]
    found = [_sweep(results, name, by_sweep[name], drawn[one.name]) for name, one in lengths.items()]
    return Sheet(in_full, sections, found, placed(search), placed(costs))


def _plan(
    results: Results, findings: dict[str, Finding], in_full: bool
) -> tuple[dict[str, list[Sketch]], dict[str, list[tuple[str, str]]]]:
    """Of each task its sketches, and titles of the kinds that there is no time for with the Python that draws them."""
    own = {task: results.only([task], "final") for task in findings}
    kinds = {task: figure_plan.kinds(own[task], task, finding, in_full) for task, finding in findings.items()}
    chosen = {kind.name for each in kinds.values() for kind in each} if in_full else figure_plan.affordable(kinds)
    plan = {
        task: figure_plan.of_task(own[task], task, [kind for kind in found if kind.name in chosen], png=in_full)
        for task, found in kinds.items()
    }
    left = {
        task: [(kind.title, kind.call(task)) for kind in found if kind.name not in chosen]
        for task, found in kinds.items()
    }
    return plan, left


def _all(plan: dict[str, list[Sketch]]) -> list[Sketch]:
    return [one for sketches in plan.values() for one in sketches]


def _sweep(results: Results, name: str, tasks: Sequence[str], drawing: Drawing) -> Sweep:
    return Sweep(name, solved_lengths(results, tasks), drawing)
