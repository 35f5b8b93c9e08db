"""Findings: verdicts on paired runs, and that the words say them and no more."""

import math

import numpy as np
import pytest

from suite import statistics
from suite.analysis.comparisons import compare, rules
from suite.analysis.recommendations import recommend
from suite.report.findings import find
from suite.report.headline import answers, lead
from suite.report.protocol import missing
from suite.report.scores import matrix
from suite.results.results import load
from suite.statistics import Estimate
from suite.text import interval, listed, mutual, number

NOISE = np.array([0.01, -0.01, 0.004, -0.004, 0.0, 0.002, -0.002, 0.006, -0.006, 0.0])


@pytest.fixture
def scored(tmp_path, records):
    """Writes finals with these mean scores, the first runs flagged as often as asked, and gives the results."""

    def write(task, means, seeds=5, flags=None, **facts):
        records.write_experiment(tmp_path, tasks=[task], architectures=list(means), trials=0, seeds=seeds)
        records.write_task(tmp_path, task, **facts)
        scale = {"speech-like": 0.3, "adding-50": 0.01, "sp500-return": 2e-4}[task]
        for shift, (name, mean) in enumerate(means.items()):
            for index, noise in enumerate(np.roll(NOISE[:seeds], shift)):
                flagged = ["budget-limited"] * ((flags or {}).get(name, 0) > index)
                score = mean + scale * float(noise)
                records.write(tmp_path, records.record(task, name, "final", index, score, flags=flagged))
        return load(tmp_path)

    return write


def finding(results):
    task = results.task_names[0]
    return find(results, task)


def verdicts(results):
    return {(one.first, one.second): one.verdict for one in compare(results, results.task_names[0]).pairs}


def test_a_clear_winner_is_the_headline_with_intervals_below_it(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9})
    found, (pair,) = finding(results), compare(results, "speech-like").pairs
    assert found.standing == "ahead"
    assert found.headline.endswith("lstm beats simple-rnn.")
    assert "trivial baseline (majority) and the trained baseline (order-free)" in found.headline
    assert pair.joint.centre == pytest.approx(0.3 / 0.89)
    assert found.evidence[0] == f"lstm beats simple-rnn by {interval(pair.joint, ' of skill')}."
    assert "Provisional: fewer than ten pairs of runs." in found.evidence


def test_ten_pairs_are_not_provisional(scored):
    found = finding(scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, seeds=10))
    assert not any("Provisional" in sentence for sentence in found.evidence)


def test_below_five_pairs_there_is_no_verdict(scored):
    found = finding(scored("speech-like", {"simple-rnn": 0.2, "lstm": 0.9}, seeds=4))
    assert found.standing == "open"
    assert found.headline.startswith("No verdict")
    assert found.evidence[0].startswith("Too few pairs: on average")


def test_lower_is_better_turns_the_order_round(scored):
    assert verdicts(scored("adding-50", {"simple-rnn": 0.15, "gru": 0.002})) == {("gru", "simple-rnn"): "better"}


def test_practical_equality_is_said(scored):
    results = scored("speech-like", {"lstm": 0.9, "gru": 0.905})
    assert verdicts(results) == {("gru", "lstm"): "equal"}
    assert "gru and lstm are practically equal" in finding(results).headline


def test_those_that_are_all_equal_to_each_other_are_named_once(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9, "gru": 0.905, "bag": 0.9025}, seeds=10)
    found = finding(results)
    assert "gru, lstm and bag are practically equal." in found.headline
    (one,) = answers(results)
    assert "are practically equal" in one.sentences[1]
    assert one.sentences[1].count("practically equal") == 1


def test_equality_is_not_handed_on_from_pair_to_pair():
    assert mutual([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]) == [["a", "b", "c"], ["c", "d"]]


@pytest.mark.parametrize(
    ("mean", "headline"),
    [
        (1.31e-4, "Nothing here predicts better than the trivial baseline (mean)."),
        (1.3e-4, "Nothing here is shown to predict better than the trivial baseline (mean)."),
    ],
)
def test_what_does_not_beat_the_naive_baseline_is_the_headline(scored, mean, headline):
    results = scored("sp500-return", {"lstm": mean})
    found = finding(results)
    assert (found.standing, found.headline) == ("behind", headline)
    headline = "Nothing tried here is shown to beat even the trivial baseline on any task that could be judged."
    assert lead(results) == [headline]


def test_a_trained_baseline_that_is_not_beaten_is_the_headline(scored):
    results = scored("speech-like", {"lstm": 0.44})
    found = finding(results)
    assert found.standing == "between"
    assert found.headline.endswith("but nothing is shown to beat the trained baseline (order-free).")
    assert lead(results) == [
        "Nothing tried here is shown to beat every baseline on any task that could be judged.",
        "The trivial baseline is beaten, but nothing is shown to beat the trained one, on speech-like.",
    ]


@pytest.mark.parametrize(("flagged", "verdict"), [(2, "better"), (3, "at this budget")])
def test_flags_on_most_runs_of_a_cell_leave_the_pair_undecided(scored, flagged, verdict):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, flags={"simple-rnn": flagged})
    assert verdicts(results) == {("lstm", "simple-rnn"): verdict}
    words = {"better": "lstm beats simple-rnn.", "at this budget": "lstm leads simple-rnn, undecided at this budget."}
    assert finding(results).headline.endswith(words[verdict])
    said = "3 of 5 final runs of simple-rnn were still improving when the budget ended." in finding(results).evidence
    assert said == (flagged == 3)


def test_a_lead_stands_when_only_the_one_ahead_is_flagged(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, flags={"lstm": 5})
    assert verdicts(results) == {("lstm", "simple-rnn"): "better"}


def test_two_that_are_level_are_undecided_when_either_is_flagged(scored):
    results = scored("speech-like", {"simple-rnn": 0.9, "lstm": 0.9}, flags={"lstm": 5})
    assert set(verdicts(results).values()) == {"at this budget"}


def test_a_lead_over_a_baseline_stands_despite_flags_and_a_defeat_does_not(scored):
    results = scored("speech-like", {"simple-rnn": 0.1, "lstm": 0.9}, flags={"simple-rnn": 5, "lstm": 5})
    trivial = compare(results, "speech-like").trivial
    assert [one.verdict for one in trivial] == ["at this budget", "better"]


def test_architectures_without_a_common_seed_are_not_compared(scored, tmp_path):
    scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, seeds=2)
    (tmp_path / "speech-like" / "lstm" / "final-000.json").unlink()
    (tmp_path / "speech-like" / "simple-rnn" / "final-001.json").unlink()
    assert compare(load(tmp_path), "speech-like").pairs == []


@pytest.mark.parametrize(("source", "said"), [("generated, as in 1997", False), ("S&P 500", True)])
def test_real_data_come_with_a_reservation(scored, source, said):
    evidence = finding(scored("speech-like", {"lstm": 0.9}, source=source)).evidence
    assert any(sentence.startswith("Real data") for sentence in evidence) == said


def test_joint_intervals_hold_for_all_pairs_of_a_task(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9, "gru": 0.8})
    pairs = compare(results, "speech-like").pairs
    skills = results.finals.pivot(index="index", columns="architecture", values="skill")
    for one in pairs:
        assert one.joint == statistics.student_t(skills[one.first] - skills[one.second], 1 - 0.05 / 3)
        assert one.plain == statistics.student_t(skills[one.first] - skills[one.second])
    assert len(pairs) == 3


@pytest.mark.parametrize(
    ("means", "seeds", "printed"),
    [
        ({"lstm": 0.9, "gru": 0.5}, 5, False),  # 2/2^5 is above 0.05
        ({"lstm": 0.9, "gru": 0.5}, 6, True),
        ({"lstm": 0.9, "gru": 0.5, "simple-rnn": 0.3}, 6, False),  # three times 2/2^6 is above 0.05
        ({"lstm": 0.9, "gru": 0.5, "simple-rnn": 0.3}, 7, True),
    ],
)
def test_no_p_value_is_printed_that_could_not_have_been_small(scored, means, seeds, printed):
    pairs = compare(scored("speech-like", means, seeds=seeds), "speech-like").pairs
    assert [math.isfinite(one.p) for one in pairs] == [printed] * len(pairs)
    assert any("no p-value is printed" in rule for rule in rules())


def test_the_margin_is_the_experiments(scored, records, tmp_path):
    scored("speech-like", {"lstm": 0.9, "gru": 0.86}, seeds=10)
    assert set(verdicts(load(tmp_path)).values()) == {"better"}
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], seeds=10, margin=0.1)
    assert set(verdicts(load(tmp_path)).values()) == {"equal"}
    assert any("within 0.1 of skill" in rule for rule in rules(load(tmp_path).margin))


def test_pairs_are_paired_by_seed_where_both_have_a_score(scored, records, tmp_path):
    scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, seeds=7)
    records.write(tmp_path, records.failed("speech-like", "lstm", "final", 2, "diverged", "loss is not finite"))
    results = load(tmp_path)
    assert compare(results, "speech-like").pairs[0].joint.n == 6
    assert "1 final run of lstm without a score (1 diverged)." in finding(results).evidence


def test_solve_rate_counts_failed_runs(scored, records, tmp_path):
    scored("adding-50", {"lstm": 0.002}, seeds=6)
    records.write(tmp_path, records.failed("adding-50", "lstm", "final", 6, "killed", "the worker process died"))
    solved = next(sentence for sentence in finding(load(tmp_path)).evidence if sentence.startswith("Solved"))
    share = statistics.wilson(6, 7)
    assert solved == f"Solved (mse below 0.01): lstm in 6 of 7 runs ({share.low:.0%} to {share.high:.0%}).".replace("%", " %")  # fmt: skip # noqa: E501


def test_matrix_marks_the_best_and_what_is_practically_equal(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9, "gru": 0.905})
    row = matrix(results)[0]
    assert [entry.mark for entry in row.entries] == ["", "equal", "best"]
    assert (row.baseline, row.trained) == ("0.11 (majority)", "0.44 (order-free)")
    assert row.entries[0].notes == ["skill 0.55"]


def test_matrix_shows_failed_and_missing_runs_with_reasons(tmp_path, records):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"])
    records.write_task(tmp_path, "speech-like")
    records.write(tmp_path, records.failed("speech-like", "lstm", "final", 0, "diverged", "loss is not finite"))
    results = load(tmp_path)
    row = matrix(results)[0]
    assert [entry.score for entry in row.entries] == ["no score", "no score"]
    assert [entry.notes for entry in row.entries] == [["1 failed: diverged", "4 missing"], ["5 missing"]]


def test_a_cell_that_does_not_apply_is_shown_as_that_and_is_not_missing(tmp_path, records):
    reasons = {"speech-like/gru": "it sees later steps"}
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], does_not_apply=reasons)
    records.write_task(tmp_path, "speech-like")
    results = load(tmp_path)
    row = matrix(results)[0]
    assert [entry.score for entry in row.entries] == ["no score", "does not apply"]
    assert row.entries[1].notes == ["it sees later steps"]
    assert all(cell.startswith("speech-like/lstm") for cell in missing(results))


@pytest.mark.parametrize(
    ("means", "accurate"),
    [
        ({"simple-rnn": 0.6, "lstm": 0.9}, "lstm"),
        ({"lstm": 0.9, "gru": 0.905}, "gru and lstm, practically equal"),
        (
            {"gru": 0.1, "lstm": 0.3},
            "none is shown to beat the trained baseline, though lstm beats the trivial one",
        ),
        ({"lstm": 0.1}, "none is shown to beat the trivial baseline"),
        ({"simple-rnn": 0.6, "lstm": 0.9}, "no verdict yet"),
    ],
)
def test_recommendations_follow_from_verdicts(scored, means, accurate):
    results = scored("speech-like", means, seeds=2 if accurate == "no verdict yet" else 5)
    advice = recommend(results, {"speech-like": compare(results, "speech-like")})
    assert [(one.family, one.accurate) for one in advice] == [("speech", accurate)]


def test_controls_are_never_recommended(scored):
    results = scored("speech-like", {"lstm": 0.9}, family="controls")
    assert recommend(results, {"speech-like": compare(results, "speech-like")}) == []


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.87341, 0.021, "0.87"),
        (0.87341, 0.0004, "0.8734"),
        (-0.004, 0.02, "0.00"),
        (-0.25, 0.1, "\N{MINUS SIGN}0.25"),
        (1.3104e-4, 2e-7, "1.310e\N{MINUS SIGN}04"),
        (1234.5, 80, "1234"),
        (5730.0, None, "5730"),
        (-12345.6, None, "\N{MINUS SIGN}12300"),
        (0.123456, None, "0.123"),
        (None, None, "\N{EM DASH}"),
        (math.nan, 0.1, "\N{EM DASH}"),
    ],
)
def test_numbers_are_rounded_to_what_the_interval_supports(value, step, text):
    assert number(value, step) == text


def test_a_bound_that_excludes_zero_is_not_rounded_to_it():
    assert interval(Estimate(0.133, 0.003, 0.263, 5)) == "0.133 (0.003 to 0.263, n=5)"
    assert interval(Estimate(0.5, math.nan, math.nan, 1), " of skill") == "0.5 of skill (no interval, n=1)"


def test_lists_in_words():
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
