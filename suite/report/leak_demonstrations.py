"""Leak demonstrations: the apparent score on a task with a leak, next to the skill on the honest task."""

import pandas as pd

from suite import statistics
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.analysis.rivals import BASELINES, BEST_RIVAL, opponent
from suite.report.findings import LEAKS
from suite.report.naming import cell
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.results import Results
from suite.tasks.metrics import serving
from suite.text import interval, number


@section("wrong", "The wrong way")
def leaks(page: Page) -> Content:
    """Return the demonstrations of leaks; return {} if none was run."""
    found = demonstrations(page.results)
    return {"demonstrations": found} if found else {}


def demonstrations(results: Results) -> list[Content]:
    """Return one demonstration per task of the family `leaks`; `add` lists its honest tasks if none of them was run."""
    return [_demonstration(results, task) for task in results.apart(LEAKS)]


def _demonstration(results: Results, task: str) -> Content:
    facts = results.task(task)
    metric = next((one.name for one in serving(facts.kind or "").values() if one.quoted), facts.metric)
    honest = next((name for name in facts.honest if name in results.task_names), "")
    scores = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == metric)]
    rows = [
        (_called(results, task, baseline), number(scores[key].mean()), _baseline_skill(results, honest, baseline))
        for baseline, key in BASELINES.items()
    ]
    for name in results.architectures:
        apparent = scores.loc[scores["architecture"] == name, "score"]
        rows.append((cell(results, name), _interval(apparent), _interval(results.finals_of(honest, name)["skill"])))
    columns = (
        "Predictor",
        f"Apparent {metric or 'score'} (higher is better)",
        f"Skill on {results.title(honest) if honest else 'the honest task'} (higher is better)",
    )
    table = Table(
        "leaks",
        f"Apparent scores on {results.title(task)}",
        columns,
        [(*row, skill if honest else "not run") for *row, skill in rows],
    )
    return {
        "title": results.title(task),
        "description": facts.description,
        "table": table,
        "add": () if honest else facts.honest,
    }


def _called(results: Results, task: str, baseline: str) -> str:
    """Return what a baseline is called; the best rival of the honest task may be another than that of the leaky one."""
    return BEST_RIVAL if baseline == TRAINED and results.task(task).best_rivals else opponent(results, task, baseline)


def _interval(values: pd.Series) -> str:
    estimate = statistics.bootstrap_t(values)
    return interval(estimate) if estimate.n else "no score"


def _baseline_skill(results: Results, honest: str, baseline: str) -> str:
    """Return the skill of a baseline on the honest task; that of the trivial baseline is 0 by definition."""
    runs = results.finals_of(honest)
    if baseline == TRIVIAL:
        return "0" if runs["skill"].notna().any() else "—"
    return number(runs["trained_skill"].mean())
