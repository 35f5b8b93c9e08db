"""Across tasks: the section with the results aggregated over all tasks."""

from suite.analysis import aggregates
from suite.analysis.across_tasks import Across, across
from suite.report.naming import named, titled
from suite.report.page import Content, Page, section
from suite.report.variance import unknown
from suite.results.results import Results
from suite.text import interval, number, several

MOST_NAMED = 12
ABOUT = (
    "These aggregates describe the final runs: other seeds of the configurations that one search found, and other test "
    "splits where a task has several. Another search may find others, so no verdict of this report rests on them."
)


@section("across", "Across tasks")
def across_tasks(page: Page) -> Content:
    """Return notes on the aggregate over tasks and on unknown parts of the spread."""
    return {"notes": notes(page.results), "unknown": unknown(page.results)}


def notes(results: Results) -> list[str]:
    """Describe the tasks and why a diagram is missing; say if there is nothing to aggregate."""
    found = across(results)
    if len(found.tasks) < 2 or not found.architectures:
        known = several(len(found.tasks), "task")
        return [f"There is nothing to aggregate: only {known} with scored final runs of every architecture."]
    every = len(found.tasks) > MOST_NAMED
    which = "all that have scored runs of every architecture" if every else titled(results, found.tasks)
    sentences = [
        f"{several(len(found.tasks), 'task')}: {which}. A failed final run counts as the worst outcome of its task, "
        "with a skill of at most 0.",
        ABOUT,
        _with_other_tasks(results, found),
    ]
    if found.left_out:
        sentences.append(
            f"Left out because they lack scored runs on some of the tasks: {named(results, found.left_out)}."
        )
    return [*sentences, *_no_diagram(found)]


def _no_diagram(found: Across) -> list[str]:
    """Explain why there is no critical-difference diagram; [] if there is one, or fewer than 3 architectures."""
    count = len(found.tasks)
    if len(found.architectures) < 3:
        return []
    if count < aggregates.FEWEST_TASKS:
        return [
            f"No critical-difference diagram: it requires at least {aggregates.FEWEST_TASKS} tasks; with {count}, a "
            f"two-sided signed-rank test cannot give a p-value below {number(2 / 2**count)}."
        ]
    p = aggregates.friedman(found.means)
    if p < aggregates.SIGNIFICANT:
        return []
    return [f"No critical-difference diagram: Friedman's test finds no difference in ranks (p = {number(p)})."]


def _with_other_tasks(results: Results, found: Across) -> str:
    each = [f"{results.called(name)} {interval(estimate)}" for name, estimate in found.aggregate_elsewhere.items()]
    return f"Interquartile means, with intervals that cover other tasks as well as other seeds: {'; '.join(each)}."
