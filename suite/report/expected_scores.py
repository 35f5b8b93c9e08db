"""Expected scores: what verdicts are about, in a task's own metric: the test score of the best of n trials."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from suite.analysis.best_of import Searched, with_failures
from suite.analysis.effects import cells_of, estimate, items_reach, widened
from suite.analysis.replicates import Replicates, own_runs
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.runs import skill
from suite.statistics import Estimate, present
from suite.text import several


def basis_in_short(results: Results, task: str) -> str:
    """Return what a score is that verdicts are about: "best of 4 trials" or "mean of the final runs"."""
    found = own_runs(results, task)
    return f"best of {several(found.n, 'trial')}" if found.role == "trial" else "mean of the final runs"


@remember()
def baselines(results: Results, task: str) -> tuple[float, float]:
    """Return the mean test scores of the trivial and the trained baseline on the data of the replicates."""
    role, metric = own_runs(results, task).role, results.task(task).metric
    scores = [one.baseline_scores(metric, "test") for one in results.records_of(task) if one.role == role and one.ok]
    trivial, trained = zip(*scores, strict=True) if scores else ((), ())
    return _mean(trivial), _mean(trained)


def expected_score(results: Results, task: str, name: str) -> Estimate:
    """Return the expected test score of an architecture with its 95 % interval, in the task's metric.

    It is that of the best of n trials or, without independent trials, the mean of the final runs. A failed run counts
    as the worst outcome. The estimate is NaN unless there are more replicates than trials in a search.
    """
    found, (base, _), perfect = own_runs(results, task), baselines(results, task), results.task(task).perfect
    numbers = found.numbers(name)
    if perfect is None or not len(numbers) > found.n:
        return Estimate(np.nan, np.nan, np.nan, len(numbers))
    found = _interval(results, task, [(1, name)], numbers, base, 0.95)
    centre, *bounds = (base + gained * (perfect - base) for gained in found[:3])
    low, high = results.headline(task).within_range(*sorted(bounds))
    return Estimate(centre, float(low), float(high), len(numbers))


def score_difference(results: Results, task: str, first: str, second: str, level: float) -> Estimate:
    """Return the difference in expected test score, in the direction in which the first is better."""
    found, (base, _), perfect = own_runs(results, task), baselines(results, task), results.task(task).perfect
    numbers = found.numbers(first, second)
    if perfect is None or not len(numbers) > found.n:
        return Estimate(np.nan, np.nan, np.nan, len(numbers))
    found = _interval(results, task, [(1, first), (-1, second)], numbers, base, level)
    return Estimate(*(abs(perfect - base) * bound for bound in found[:3]), len(numbers))


def _interval(
    results: Results, task: str, signs: Sequence[tuple[int, str]], numbers: pd.Index, base: float, level: float
) -> Estimate:
    """Return a sum of expected test scores as skill over one baseline: its interval is that of `effects.effect`."""
    found = estimate([(sign, _cell(results, task, name, numbers, base)) for sign, name in signs], level)
    cells = cells_of(results, [(sign, task, name) for sign, name in signs])
    highest = 1.0 if len(signs) == 1 else np.inf
    return widened(found, items_reach(results, cells, level), highest)


def _cell(results: Results, task: str, name: str, numbers: pd.Index, base: float) -> Searched:
    """Return the replicates with test scores as skill over one baseline for all, which preserves their differences."""
    found: Replicates = own_runs(results, task)
    runs = results.by_role(task, found.role, name).set_index("index").loc[numbers]
    skills = np.array([skill(score, base, results.task(task).perfect) for score in runs["test_score"]])
    failed, validation = (frame.loc[numbers, name].to_numpy() for frame in (found.failed, found.validation))
    known = found.searched(name, numbers)
    return Searched(*with_failures(validation, skills, failed), found.n, known.reached, known.always)


def _mean(scores: tuple[float | None, ...]) -> float:
    known = present([np.nan if score is None else score for score in scores])
    return float(known.mean()) if len(known) else np.nan
