"""Expected scores: what verdicts are about in a task's own metric, and the tables that show it."""

import numpy as np
import pytest

from suite.analysis.best_of import weights
from suite.analysis.comparisons import compare, joint_level
from suite.report.comparisons import COLUMNS, comparisons_of
from suite.report.costs import costs
from suite.report.expected_scores import basis_in_short, expected_score, score_difference
from suite.report.scores import alternatives, scores_table
from suite.report.tuning import gains
from suite.results.results import load

RANDOM = np.random.default_rng(5)
ACCURACIES = {name: centre + 0.02 * RANDOM.normal(size=24) for name, centre in (("lstm", 0.9), ("gru", 0.7))}


@pytest.fixture(scope="module")
def results(tmp_path_factory, records):
    """24 trials of two architectures, with five final and five control runs."""
    folder = tmp_path_factory.mktemp("study")
    declared = {"tasks": ["speech-like"], "architectures": [*ACCURACIES], "trials": 24, "best_of": 4}
    records.write_experiment(folder, **declared)
    records.write_task(folder, "speech-like")
    records.write_trials(folder, "speech-like", ACCURACIES)
    for name in ACCURACIES:
        for role in ("final", "control"):
            for index in range(5):
                seconds = {"fit": 3.0 + 0.1 * index, "cpu": 5.0 + 0.1 * index}
                records.write(folder, records.record("speech-like", name, role, index, 0.6, seconds=seconds))
    return load(folder)


def test_the_expected_score_is_the_mean_of_the_best_of_all_subsets(results):
    found = expected_score(results, "speech-like", "lstm")
    best_first = np.sort(ACCURACIES["lstm"])[::-1]  # validation and test scores are equal here
    assert found.centre == pytest.approx(best_first @ weights(24, 4))
    assert found.low < found.centre < found.high <= 1
    assert basis_in_short(results, "speech-like") == "best of 4 trials"


def test_a_difference_of_scores_is_that_of_skill_times_the_room_above_the_baseline(results):
    level = joint_level(results)
    (pair,) = compare(results, "speech-like").pairs
    found = score_difference(results, "speech-like", "lstm", "gru", level)
    assert tuple(found[:3]) == pytest.approx(tuple((1 - 0.11) * value for value in pair.joint[:3]))


def test_the_table_of_comparisons_has_probabilities_and_how_firm_a_verdict_is(results):
    table = comparisons_of(results, "speech-like")
    assert set(COLUMNS) - set(table.columns) == {"Task", "95 % interval"}  # the joint one decides
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert rows[0]["Better, equal, worse"] == ">99 %, <1 %, <1 %"
    assert (rows[0]["Verdict"], rows[0]["How firm"]) == ("better", "firm")
    assert "p" not in rows[0]


def test_gains_are_over_one_trial_and_over_the_default(results):
    rows = gains(results).rows
    assert [row[:4] for row in rows if row[1] == "lstm"] == [
        ["Speech like", "lstm", "best of 4 trials", "one trial"],
        ["Speech like", "lstm", "best of 4 trials", "the default configuration"],
    ]


def test_costs_show_cpu_time_beside_the_time_on_the_clock(results):
    table = costs(results)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["Training (s)"].startswith("3.2 (") and row["CPU time (s)"].startswith("5.2 (")


def test_the_matrix_says_what_its_scores_are_and_other_metrics_are_means_of_final_runs(results):
    (row,) = scores_table(results).rows
    assert row[1] == "accuracy, higher is better; best of 4 trials"
    cells = alternatives(results, ["speech-like"])["tasks"]["speech-like"]["accuracy"]["cells"]
    assert cells["lstm"][1] == pytest.approx(0.6)


def test_a_difference_allows_for_unseen_failures_where_all_trials_solve_the_task_as_its_verdict_does(tmp_path, records):
    declared = {"tasks": ["adding-50"], "architectures": ["lstm", "gru"], "trials": 24, "best_of": 1}
    records.write_experiment(tmp_path, **declared)
    records.write_task(tmp_path, "adding-50")
    solving = np.random.default_rng(1).uniform(0.001, 0.004, (2, 24))
    records.write_trials(tmp_path, "adding-50", dict(zip(("lstm", "gru"), solving, strict=True)))
    results = load(tmp_path)
    (pair,) = compare(results, "adding-50").pairs
    found = score_difference(results, "adding-50", pair.first, pair.second, joint_level(results))
    room = records.BASELINES["adding-50"]
    assert (found.low, found.high) == pytest.approx((pair.joint.low * room, pair.joint.high * room))


def test_a_score_has_the_wider_interval_of_other_trials_and_other_examples(records, tmp_path):
    random = np.random.default_rng(1)
    chances = np.repeat([0.9, 0.6], 20)  # of the two groups
    right = {name: (random.random((24, 40)) < chances).astype(float) for name in ("lstm", "gru")}
    known = records.on_examples(tmp_path, right, np.arange(40) // 20, "group")
    wide = expected_score(known, "sentence-polarity", "lstm")
    known.remembered.clear()
    known.items = lambda *_: {}
    narrow = expected_score(known, "sentence-polarity", "lstm")
    assert wide.low < narrow.low
    assert narrow.high < wide.high <= 1
    assert wide.centre == narrow.centre
