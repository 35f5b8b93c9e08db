"""Wrong: what the demonstrations of leaks pretend, beside the skill on the honest task."""

from dataclasses import dataclass

import pandas as pd

from suite import statistics
from suite.report.findings import baseline_name
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number

PRETENDED = {"regression": "r2", "classification": "accuracy"}


@dataclass(frozen=True)
class Demonstration:
    """One leaky task: what every predictor's `metric` pretends, and its skill on the `honest` task.

    `rows`: predictor, pretended score, skill; of the baselines first. `honest` is empty where no such task was run;
    `partners` are those that would do.
    """

    task: str
    description: str
    metric: str
    honest: str
    partners: tuple[str, ...]
    rows: list[tuple[str, str, str]]


def demonstrations(results: Results) -> list[Demonstration]:
    """One for every task of the family `leaks`."""
    return [_demonstration(results, task) for task in results.apart("leaks")]


def _demonstration(results: Results, task: str) -> Demonstration:
    facts, partners = results.task(task), tuple(results.task(task).honest)
    metric = PRETENDED.get(facts.kind, facts.metric)
    honest = next((name for name in partners if name in results.task_names), "")
    scores = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == metric)]
    rows = [
        (baseline_name(facts, key), number(scores[key].mean()), _baseline_skill(results, honest, key))
        for key in ("baseline", "trained_baseline")
    ]
    rows += [(name, _pretended(scores, name), _skill(results, honest, name)) for name in results.architectures]
    return Demonstration(task, facts.description, metric or "score", honest, partners, rows)


def _pretended(scores: pd.DataFrame, architecture: str) -> str:
    return _interval(scores.loc[scores["architecture"] == architecture, "score"])


def _skill(results: Results, honest: str, architecture: str) -> str:
    return _interval(results.finals_of(honest, architecture)["skill"])


def _interval(values: pd.Series) -> str:
    estimate: Estimate = statistics.bootstrap_t(values)
    return interval(estimate) if estimate.n else "no score"


def _baseline_skill(results: Results, honest: str, key: str) -> str:
    """The trivial baseline's is 0 by definition."""
    runs = results.finals_of(honest)
    if key == "baseline":
        return "0" if runs["skill"].notna().any() else "—"
    return number(runs["trained_skill"].mean())
