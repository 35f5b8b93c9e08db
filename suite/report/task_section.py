"""Task section: for each task, its description, findings, scores, comparisons and figures."""

from collections.abc import Iterator, Sequence

import pandas as pd

from suite.analysis.comparisons import compare
from suite.analysis.replicates import TRAINED, TRIVIAL, replicates
from suite.analysis.rivals import BASELINES, opponent
from suite.analysis.rules import rules
from suite.report.comparisons import comparisons_of, other_days
from suite.report.examples import answer, drawable
from suite.report.explanations import basis, relies_on
from suite.report.findings import find, presented
from suite.report.gradients import gradients
from suite.report.groups import groups
from suite.report.horizons import horizons
from suite.report.intervals import intervals
from suite.report.missed import missed
from suite.report.naming import cell
from suite.report.page import Content, Page, section
from suite.report.reasons import reasons
from suite.report.rivals import rivals
from suite.report.scores import MARKS, row_of
from suite.report.solved_lengths import solved_lengths
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import MARGIN
from suite.tasks.sheet import worded
from suite.text import file_name, number

UNFOLDED = 6  # with more tasks, the page shows them folded
SPLITS = ("train", "validation", "test")
BUDGETS = {"weights": "number of weights", "examples": "number of training examples"}
PROBABILITIES = (
    "The probabilities of better, equal and worse are those of a Bayesian bootstrap over trials: the shares of its "
    "draws in which the difference lies above, within and below the margin. They hold for one comparison by itself, "
    "so that a pair may be undecided although its probability is high.",
    "With fewer than five runs, no interval is printed.",
)


@section("tasks", "Each task")
def tasks(page: Page) -> Content:
    """Return the content for each task and each sweep over lengths or a budget, and the rules for verdicts."""
    results = page.results
    made = [_task(page, task) for task in presented(results)]
    swept = [*_over_lengths(page), *_over_budgets(page)]
    shown = {"task_sections": made, "sweeps": swept, "rules": (*rules(results.margin), *PROBABILITIES)}
    return shown | {"unfolded": len(made) <= UNFOLDED}


def anchor(task: str) -> str:
    """Return the name of the place where the report tells of a task, for links from elsewhere."""
    return file_name("task", task)


def _task(page: Page, task: str) -> Content:
    results, figures, explaining = page.results, page.figures("task", task), file_name("explanations", task)
    return {
        "anchor": anchor(task),
        "title": results.title(task),
        "finding": find(results, task),
        "reasons": reasons(results, task),
        "description": results.task(task).description,
        "sheet": data_sheet(results, task),
        "texts": [
            (one["text"], answer(results.task(task), one))
            for one in drawable(results, task)
            if isinstance(one.get("text"), str)
        ],
        "scores": scores(results, task),
        "rivals": rivals(results, task),
        "further": further(results, task),
        "gradients": gradients(results, task),
        "days": other_days(results, task),
        "comparisons": comparisons_of(results, task),
        "groups": groups(results, task),
        "horizons": horizons(results, task),
        "intervals": intervals(results, task),
        "missed": missed(results, task),
        "relies_on": relies_on(results, task),
        "basis": basis(results, task),
        "explained": [one for one in figures if one.name == explaining],
        "first": [one for one in figures if one.at_once and one.name != explaining],
        "figures": [one for one in figures if not one.at_once],
    }


def scores(results: Results, task: str) -> Table:
    """Return one row per predictor: first the two baselines and any references, then the architectures."""
    row, found = row_of(results, task), compare(results, task)
    trained = number(replicates(results, task).trained.mean(), MARGIN)
    blank = ["", "", ""]
    trivial = [row.baseline.split(" (")[0], "—" if row.baseline.startswith("—") else "0"]
    rows = [
        [opponent(results, task, TRIVIAL), *trivial, *blank],
        [opponent(results, task, TRAINED), row.trained.split(" (")[0], trained, *blank],
        *(
            [f"reference: {source}", number(score), "", *blank]
            for source, score in results.task(task).references.items()
        ),
    ]
    for entry in row.entries:
        skill, *notes = entry.notes if entry.value is not None else ["—", *entry.notes]
        mark = MARKS.get(entry.mark, "")
        name = entry.architecture
        beats = (found.beats(name, baseline) for baseline in BASELINES)
        rows.append(
            [cell(results, name), entry.score + mark, skill.removeprefix("skill "), *beats, "; ".join(notes) or "all"]
        )
    columns = (
        "Predictor", row.scale, "Skill (higher is better)", "Beats the trivial baseline", "Beats the best rival",
        "Runs",
    )  # fmt: skip
    return Table("task-scores", f"Test scores on {results.title(task)} with 95 % intervals", columns, rows)


def data_sheet(results: Results, task: str) -> Table:
    """Return the data sheet of a task, one row per fact, its notices first."""
    stored = results.task(task).sheet
    facts = [[label, worded(fact)] for label, fact in (stored.get("facts") or {}).items()]
    notices = [["please check", notice] for notice in stored.get("notices") or ()]
    return Table("data-sheet", f"Data sheet of {results.title(task)}", ("What", "In these data"), [*notices, *facts])


def further(results: Results, task: str) -> Table:
    """Return the mean headline score of each architecture on every test set other than those in SPLITS."""
    metric = results.task(task).metric or ""
    rows = [
        (record.architecture, name, scores.get(metric))
        for record in results.records_of(task)
        if record.role == "final"
        for name, scores in record.metrics.items()
        if name not in SPLITS and isinstance(scores, dict)
    ]
    means = pd.DataFrame(rows, columns=["architecture", "set", "score"]).astype({"score": float})
    found = means.groupby(["architecture", "set"], sort=False)["score"].agg(["mean", "count"]).reset_index()
    shown = [
        [cell(results, one["architecture"]), one["set"], number(one["mean"]), str(one["count"])]
        for one in found.to_dict("records")
    ]
    caption = f"Further test sets of {results.title(task)} ({results.scale(task)})"
    return Table("further", caption, ("Architecture", "Test set", "Mean score", "Runs"), shown)


def _over_lengths(page: Page) -> Iterator[Content]:
    """Yield the content of every sweep over lengths of which some task has a score."""
    results = page.results
    scored = [task for task in results.counted if results.finals_of(task)["score"].notna().any()]
    for name, members in results.over_length(scored).items():
        single = results.sweep(name)["length"].nunique() == 1
        yield _sweep(page, name, members, "length", single, solved_lengths(results, members))


def _over_budgets(page: Page) -> Iterator[Content]:
    """Yield the content of every sweep over weights or training examples of which something can be drawn."""
    for name, members in page.results.over_budget(page.results.counted).items():
        budget = page.results.task(members[0]).budget
        if budget and page.figures("sweep", name):
            yield _sweep(page, name, members, BUDGETS[budget.option], len(members) == 1)


def _sweep(
    page: Page, name: str, tasks: Sequence[str], over: str, single: bool, solved: Table | None = None
) -> Content:
    shown = {"title": page.results.named(tasks), "over": over, "single": single, "solved": solved}
    return shown | {"figures": page.figures("sweep", name)}
