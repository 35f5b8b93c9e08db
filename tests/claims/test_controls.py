"""Controls: how often do verdicts err on simulated scores whose truth is known?

An error rate is held against its bound plus three standard errors of the simulation.
"""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from suite import statistics
from suite.analysis.decisions import FEWEST_RUNS, Verdict, superiority
from suite.claims import judge
from suite.results.experiment_info import ExperimentInfo
from suite.results.record import Record
from suite.results.results import Results
from suite.results.store import Store
from suite.results.task_info import TaskInfo

pytestmark = pytest.mark.simulation

REPETITIONS = 4_000
MARGIN = 0.02
SUPPORTED, CONTRADICTED, EQUAL, UNDECIDED = Verdict
SPREAD = 0.1
SCORES = {
    "normal": lambda random, shape: random.normal(size=shape),
    "exponential": lambda random, shape: random.exponential(size=shape),
    "lognormal": lambda random, shape: random.lognormal(0, 0.7, size=shape),
}


def differences(kind, pairs, shift=0.0, spread=SPREAD, seed=1):
    """Differences between two architectures with the same distribution, `shift` apart: (repetitions, pairs)."""
    random = np.random.default_rng(seed)
    first, second = (SCORES[kind](random, (REPETITIONS, pairs)) for _ in range(2))
    apart = first - second
    return shift + spread * apart / apart.std()


def verdicts(table, level=0.95):
    return [superiority(statistics.student_t(row, level), MARGIN) for row in table]


def error(rate, repetitions=REPETITIONS):
    return 3 * np.sqrt(rate * (1 - rate) / repetitions)


@pytest.mark.parametrize("pairs", [5, 10])
@pytest.mark.parametrize("kind", SCORES)
def test_without_a_difference_hardly_any_verdict_says_there_is_one(kind, pairs):
    found = verdicts(differences(kind, pairs))
    wrong = np.mean([verdict in (SUPPORTED, CONTRADICTED) for verdict in found])
    assert wrong <= 0.05 + error(0.05)


@pytest.mark.parametrize("pairs", [5, 10])
def test_a_difference_inside_the_margin_is_hardly_ever_supported(pairs):
    found = verdicts(differences("normal", pairs, shift=MARGIN / 2))
    assert np.mean([verdict == SUPPORTED for verdict in found]) <= 0.05 + error(0.05)


def test_below_five_pairs_there_is_no_verdict_whatever_the_scores():
    found = verdicts(differences("normal", FEWEST_RUNS - 1, shift=3.0)[:200])
    assert set(found) == {UNDECIDED}


@pytest.mark.parametrize("pairs", [5, 10])
@pytest.mark.parametrize("kind", SCORES)
def test_intervals_of_a_mean_difference_cover_it(kind, pairs):
    intervals = [statistics.student_t(row) for row in differences(kind, pairs, shift=0.3, seed=2)]
    covered = np.mean([one.low <= 0.3 <= one.high for one in intervals])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("pairs", [5, 10])
def test_intervals_cover_less_if_only_one_side_is_skewed(pairs):
    # as the docstring of paired_difference says: a constant baseline cancels no skew
    random = np.random.default_rng(3)
    intervals = [statistics.student_t(row) for row in random.exponential(size=(REPETITIONS, pairs))]
    covered = np.mean([one.low <= 1 <= one.high for one in intervals])
    assert 0.86 <= covered <= 0.92


@pytest.mark.parametrize("pairs", [5, 10])
def test_intervals_over_tasks_of_unequal_spread_cover_the_mean(pairs):
    spreads = np.array([1, 2, 5, 1, 0.2])
    random = np.random.default_rng(4)
    tables = random.normal(size=(REPETITIONS // 2, 5, pairs)) * spreads[:, None]
    intervals = [statistics.contrast(list(table)) for table in tables]
    covered = np.mean([one.low <= 0 <= one.high for one in intervals])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize(("pairs", "level"), [(10, 0.95), (10, 1 - 0.05 / 10), (5, 0.95)])
def test_a_difference_of_one_standard_deviation_is_found_at_the_rate_theory_gives(pairs, level):
    found = verdicts(differences("normal", pairs, shift=MARGIN + SPREAD, seed=5), level)
    border = stats.t.ppf((1 + level) / 2, pairs - 1)
    power = stats.nct.sf(border, pairs - 1, np.sqrt(pairs))
    rate = np.mean([verdict == SUPPORTED for verdict in found])
    assert rate == pytest.approx(power, abs=error(power) + 0.005)  # its spread is that of all repetitions together
    if (pairs, level) == (10, 0.95):
        assert power == pytest.approx(0.803, abs=0.001)


@pytest.mark.parametrize(("pairs", "spread"), [(10, 0.01), (10, 0.02), (5, 0.01)])
def test_equality_within_the_margin_is_found_at_the_rate_theory_gives(pairs, spread):
    found = verdicts(differences("normal", pairs, spread=spread, seed=6))
    rate = np.mean([verdict == EQUAL for verdict in found])
    # both tests pass when the mean lies within the margin less the half-width of the interval
    random = np.random.default_rng(7)
    deviation = spread * np.sqrt(random.chisquare(pairs - 1, 200_000) / (pairs - 1))
    room = np.maximum(MARGIN - stats.t.ppf(0.975, pairs - 1) * deviation / np.sqrt(pairs), 0)
    expected = np.mean(1 - 2 * stats.norm.sf(room * np.sqrt(pairs) / spread))
    assert rate == pytest.approx(expected, abs=error(max(expected, 0.02)) + 0.005)
    if (pairs, spread) == (10, 0.01):
        assert rate > 0.99


def test_simultaneous_intervals_err_in_one_study_of_twenty_at_most():
    claims = 8
    tables = [differences("normal", 10, seed=10 + claim)[:2_000] for claim in range(claims)]
    wrong = np.array([[v in (SUPPORTED, CONTRADICTED) for v in verdicts(table, 1 - 0.05 / claims)] for table in tables])
    assert wrong.any(axis=0).mean() <= 0.05 + error(0.05, 2_000)


STUDIES = 25
TASKS = ("speech-like", "sentiment-like", "adding-50")


def study(records, tmp_path, seed):
    """Independent trials of which no architecture differs from another or from a baseline; best of 4 of 24."""
    random = np.random.default_rng(seed)
    results = Results(Store(tmp_path))
    results.experiment = ExperimentInfo(
        name="same", tasks=TASKS, architectures=records.ARCHITECTURES, trials=24, best_of=4, claims_fixed={"count": 13}
    )
    results.tasks = {task: TaskInfo(**{"sweep": task} | records.TASKS[task]) for task in TASKS}
    for task, name, index in product(TASKS, records.ARCHITECTURES, range(24)):
        base, perfect = records.BASELINES[task], records.TASKS[task]["perfect"]
        scores = base + SPREAD * random.normal(size=2) * (perfect - base)
        kept = records.record(task, name, "trial", index, history={}, trained_baseline={})
        splits = zip(("validation", "test"), scores, strict=True)
        kept["metrics"] = {split: {records.TASKS[task]["metric"]: float(score)} for split, score in splits}
        results.records.append(Record(**kept))
    return results


@pytest.mark.slow
def test_whole_studies_without_any_difference_support_and_contradict_hardly_anything(records, tmp_path, only_verdicts):
    wrong = 0
    for seed in range(STUDIES):
        said = {one.verdict for one in judge(study(records, tmp_path, seed))}
        wrong += bool(said & {SUPPORTED, CONTRADICTED})
    assert wrong / STUDIES <= 0.05 + error(0.05, STUDIES)
