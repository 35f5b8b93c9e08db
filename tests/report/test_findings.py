"""Findings: verdicts on the best of n trials, and that the words say them and no more."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from suite.analysis.comparisons import compare
from suite.analysis.recommendations import recommend
from suite.analysis.rules import rules
from suite.analysis.shared_test import on_one_split
from suite.report.findings import chance, find, presented
from suite.report.headline import answers, power
from suite.report.lead import lead
from suite.report.naming import capital
from suite.report.protocol import missing
from suite.report.scores import matrix
from suite.results.results import load
from suite.statistics import Estimate
from suite.text import interval, listed, mutual, number

NOISE = np.random.default_rng(7).normal(size=48)
STEADY = 0.002  # a spread of skill at which 24 trials show that two are practically equal


@pytest.fixture
def scored(tmp_path, records):
    """Writes trials with these mean skills and a little noise, and returns the results.

    `failing`: how many of the first trials of an architecture diverge. `flags`: those that most of its trials carry.
    """

    def write(task, means, trials=24, best_of=4, spread=STEADY, failing=None, flags=None, **facts):
        experiment = {"trials": trials, "best_of": best_of, "tasks": [task], "architectures": list(means), "seeds": 0}
        records.write_experiment(tmp_path, **experiment)
        records.write_task(tmp_path, task, **facts)
        base, perfect = records.BASELINES[task], records.TASKS[task]["perfect"]
        for shift, (name, mean) in enumerate(means.items()):
            for index, noise in enumerate(np.roll(NOISE[:trials], 5 * shift)):
                score = base + (mean + spread * float(noise)) * (perfect - base)
                record = records.record(task, name, "trial", index, score, flags=(flags or {}).get(name, []))
                if index < (failing or {}).get(name, 0):
                    record = records.failed(task, name, "trial", index, "diverged", "loss is not finite")
                records.write(tmp_path, record)
        return load(tmp_path)

    return write


@pytest.fixture
def given(tmp_path, records):
    """Writes final runs without trials, as in old folders, and returns the results."""

    def write(task, means, seeds=5):
        records.write_experiment(tmp_path, tasks=[task], architectures=list(means), trials=4, best_of=0, seeds=seeds)
        records.write_task(tmp_path, task)
        for shift, (name, mean) in enumerate(means.items()):
            for index, noise in enumerate(np.roll(NOISE[:seeds], shift)):
                score = mean + 0.003 * float(noise)
                records.write(tmp_path, records.record(task, name, "final", index, score))
        return load(tmp_path)

    return write


def finding(results):
    return find(results, results.task_names[0])


def verdicts(results):
    return {(one.first, one.second): one.verdict for one in compare(results, results.task_names[0]).pairs}


def test_a_clear_winner_is_the_headline_with_its_interval_and_probabilities_below(scored):
    results = scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8})
    found, (pair,) = finding(results), compare(results, "speech-like").pairs
    assert found.standing == "ahead"
    assert found.headline.endswith("lstm beats simple-rnn.")
    assert "the trained baseline (order-free) and the trivial baseline (majority)" in found.headline
    odds = "better >99 %, equal <1 %, worse <1 %"
    assert found.evidence[0] == f"lstm beats simple-rnn by {interval(pair.joint, ' of skill')}; {odds}."
    assert not any("Provisional" in sentence for sentence in found.evidence)


@pytest.mark.parametrize(
    ("trials", "best_of", "why"),
    [
        (20, 2, "Provisional: fewer than 24 trials."),
        (24, 6, "Provisional: best of 6 is more than a sixth of the 24 trials."),
        (24, 4, None),
    ],
)
def test_a_provisional_verdict_says_what_it_lacks(scored, trials, best_of, why):
    results = scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8}, trials, best_of)
    (one,) = answers(results)
    for sentences in (finding(results).evidence, one.sentences):
        assert [sentence for sentence in sentences if sentence.startswith("Provisional")] == ([why] if why else [])


def test_verdicts_on_an_old_folder_are_about_one_search_and_say_so(given):
    found = finding(given("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}))
    assert found.headline.endswith("lstm beats simple-rnn.")
    assert "Provisional: one search." in found.evidence


@pytest.mark.parametrize(
    ("trials", "best_of", "words"),
    [
        (4, 1, "No verdict yet: 4 of the 12 trials needed; “suite run quick.py --trials 24” makes more."),
        (12, 5, "No verdict yet: 12 of the 15 trials needed; “suite run quick.py --trials 30” makes more."),
    ],
)
def test_without_a_verdict_it_says_why_and_which_command_would_allow_one(scored, trials, best_of, words):
    results = scored("speech-like", {"simple-rnn": 0.2, "lstm": 0.9}, trials, best_of)
    found, (one,) = finding(results), answers(results)
    assert found.standing == "open"
    assert found.headline == words.replace("suite run quick.py", results.running)
    assert one.sentences == [found.headline]
    assert found.evidence[0].startswith("Too few runs: on average")
    assert power(results) == ""


def test_an_old_folder_needs_five_final_runs(given):
    found = finding(given("speech-like", {"simple-rnn": 0.2, "lstm": 0.9}, seeds=4))
    assert found.headline.startswith("No verdict yet: 4 of the 5 final runs needed;")
    assert found.headline.endswith("--seeds 5” makes more.")
    assert "(no interval, n=4)" in found.evidence[0]


def test_lower_is_better_turns_the_order_round(scored):
    assert verdicts(scored("adding-50", {"simple-rnn": 0.1, "gru": 0.99})) == {("gru", "simple-rnn"): "better"}


def test_practical_equality_is_said(scored):
    results = scored("speech-like", {"lstm": 0.9, "gru": 0.902})
    assert verdicts(results) == {("gru", "lstm"): "equal"}
    assert "gru and lstm are practically equal" in finding(results).headline


def test_those_that_are_all_equal_to_each_other_are_named_once(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9, "gru": 0.902, "bag": 0.901})
    assert "gru, lstm and bag are practically equal." in finding(results).headline
    (one,) = answers(results)
    assert " ".join(one.sentences).count("practically equal") == 1


def test_equality_is_not_handed_on_from_pair_to_pair():
    assert mutual([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]) == [["a", "b", "c"], ["c", "d"]]


@pytest.mark.parametrize(
    ("mean", "spread", "headline", "nor"),
    [
        (0.0, STEADY, "No network beats the trivial baseline (mean).", " or another network"),
        (0.0, 0.1, "No network is shown to beat the trivial baseline (mean).", " or another network"),
    ],
)
def test_what_does_not_beat_the_naive_baseline_is_the_headline(scored, mean, spread, headline, nor):
    results = scored("sp500-return", {"lstm": mean, "gru": mean}, spread=spread)
    found = finding(results)
    assert (found.standing, found.headline) == ("behind", headline)
    assert lead(results) == [f"Sp500 return: n{headline[1:-1]}{nor}."]


def test_a_trained_baseline_that_is_not_beaten_is_the_headline(scored):
    results = scored("speech-like", {"lstm": 0.37})
    found = finding(results)
    assert found.standing == "between"
    lost = "No network beats the trained baseline (order-free), though lstm beat the trivial baseline (majority)."
    assert found.headline == lost
    assert lead(results) == [
        "Speech like: a network is not worth its cost, because the trained baseline (order-free) is practically as "
        "good as the best one."
    ]


def test_a_baseline_that_wins_is_named_first_and_recommended(scored):
    results = scored("speech-like", {"lstm": 0.2, "gru": 0.1})
    words = "Use the trained baseline (order-free): it beats every network."
    (one,) = answers(results)
    assert (finding(results).standing, finding(results).headline) == ("baseline", words)
    assert one.sentences[0] == words
    assert lead(results) == ["Speech like: use the trained baseline (order-free), which beats every network."]
    (advice,) = recommend(results, presented(results))
    assert advice.accurate == "use the trained baseline (order-free): it is better than every architecture"
    assert {entry.mark for entry in matrix(results)[0].entries} == {""}


def test_a_baseline_that_solves_the_task_by_construction_is_no_rival(scored, records, monkeypatch):
    monkeypatch.setitem(records.TRAINED, "speech-like", 1.0)
    found = finding(scored("speech-like", {"lstm": 0.999, "gru": 0.5}))
    assert found.standing == "ahead"
    assert "trained" not in found.headline
    assert "The trained baseline (order-free) solves the task by construction: it is drawn, but does not count as a rival." in found.evidence  # fmt: skip # noqa: E501


def test_a_lead_that_a_handicap_of_the_other_may_explain_is_undecided_at_this_budget(scored):
    results = scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8}, flags={"simple-rnn": ["edge-of-range"]})
    assert verdicts(results) == {("lstm", "simple-rnn"): "at this budget"}
    assert finding(results).headline.endswith("lstm leads simple-rnn, undecided at this budget.")
    assert any("learning rate at the edge of its range" in sentence for sentence in finding(results).evidence)
    assert " beats simple-rnn" not in " ".join([*finding(results).evidence, *answers(results)[0].sentences])


def test_a_lead_stands_when_only_the_one_ahead_is_flagged(scored):
    results = scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8}, flags={"lstm": ["edge-of-range"]})
    assert verdicts(results) == {("lstm", "simple-rnn"): "better"}


def test_architectures_without_a_common_trial_are_not_compared(scored, tmp_path):
    scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9}, trials=2, best_of=1)
    (tmp_path / "speech-like" / "lstm" / "trial-000.json").unlink()
    (tmp_path / "speech-like" / "simple-rnn" / "trial-001.json").unlink()
    assert compare(load(tmp_path), "speech-like").pairs == []


@pytest.mark.parametrize(("source", "real"), [("generated, as in 1997", False), ("S&P 500", True)])
def test_on_real_data_with_one_split_every_sentence_says_so(scored, source, real):
    results = scored("speech-like", {"lstm": 0.8, "gru": 0.5}, source=source)
    found, (one,) = finding(results), answers(results)
    assert any(sentence.startswith("Tested on one test split.") for sentence in found.evidence) == real
    assert found.evidence[0].startswith("lstm beats gru on one test split by" if real else "lstm beats gru by")
    for text in (found.headline, " ".join(one.sentences)):
        assert ("on one test split" in text) == real


def test_the_margin_is_the_experiments(scored, records, tmp_path):
    scored("speech-like", {"lstm": 0.9, "gru": 0.86})
    assert set(verdicts(load(tmp_path)).values()) == {"better"}
    changed = {"tasks": ["speech-like"], "architectures": ["lstm", "gru"], "trials": 24, "best_of": 4, "margin": 0.1}
    records.write_experiment(tmp_path, **changed)
    assert set(verdicts(load(tmp_path)).values()) == {"equal"}
    assert any("within 0.1 of skill" in rule for rule in rules(load(tmp_path).margin))


def test_failed_trials_count_as_the_worst_outcome_and_a_verdict_that_depends_on_them_says_so(scored):
    results = scored("speech-like", {"simple-rnn": 0.7, "lstm": 0.8}, failing={"lstm": 12})
    evidence, (one,) = finding(results).evidence, answers(results)
    assert verdicts(results) == {("lstm", "simple-rnn"): "undecided"}
    assert "12 of 24 trials of lstm failed (12 diverged)." in evidence
    assert "Failed runs count as the worst outcome; among the runs that trained, lstm would be better than simple-rnn." in evidence  # fmt: skip # noqa: E501
    assert "12 of 24 trials of lstm failed (12 diverged). They count as the worst outcome." in one.sentences


def test_few_failures_that_change_nothing_are_not_in_the_answer(scored):
    results = scored("speech-like", {"simple-rnn": 0.3, "lstm": 0.8}, failing={"simple-rnn": 1})
    assert "Failed runs count as the worst outcome; without them, no verdict between architectures would change." in finding(results).evidence  # fmt: skip # noqa: E501
    assert not any("failed" in sentence for sentence in answers(results)[0].sentences)


def test_on_a_task_with_a_threshold_the_chance_of_solving_it_comes_first(scored):
    results = scored("adding-50", {"lstm": 0.99, "simple-rnn": 0.1})
    found, (pair,) = finding(results), compare(results, "adding-50").pairs
    points = interval(Estimate(*(100 * value for value in pair.solved[:3]), pair.solved.n), " points")
    solving = f"Chance that the best of 4 trials solves the task, lstm minus simple-rnn: {points}."
    assert found.evidence[0].startswith(f"{solving} lstm beats simple-rnn by")
    assert any(sentence.startswith("Solved (mse below 0.01): lstm in 24 of 24 trials") for sentence in found.evidence)


@pytest.mark.parametrize(
    ("mean", "words"), [(0.95, "are practically equal."), (0.94, "are equal among the runs that solve the task.")]
)
def test_equality_needs_that_both_solve_the_task_alike(scored, mean, words):
    results = scored("adding-50", {"lstm": mean, "gru": mean + 0.001})  # the threshold is a skill of 0.94
    assert finding(results).headline.endswith(f"gru and lstm {words}")
    assert answers(results)[0].sentences[-1] == f"gru and lstm {words}"


def test_solve_rate_counts_failed_runs(scored):
    solved = finding(scored("adding-50", {"lstm": 0.99}, failing={"lstm": 4})).evidence
    assert any("lstm in 20 of 24 trials (64 % to 93 %)" in sentence for sentence in solved)


def test_the_power_of_the_study_is_said_once_in_plain_words(scored):
    results = scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8, "gru": 0.7}, spread=0.03)
    pairs = compare(results, "speech-like").pairs
    reach = np.median([(one.joint.high - one.joint.low) / 2 for one in pairs]) + 0.02
    assert f"above about {float(f'{reach:.1g}'):g} of skill" in power(results)


def test_matrix_shows_what_verdicts_are_about_and_marks_what_is_recommended(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.9, "gru": 0.902})
    row = matrix(results)[0]
    assert [entry.mark for entry in row.entries] == ["", "equal", "best"]
    assert row.scale == "accuracy, higher is better; best of 4 trials"
    assert (row.baseline, row.trained) == ("0.11 (majority)", "0.44 (order-free)")
    best = compare(results, "speech-like").trivial[0].plain
    assert row.entries[0].value == pytest.approx(0.11 + best.centre * 0.89, rel=1e-5)
    assert row.entries[0].notes[0] == f"skill {number(best.centre, 0.02)}"


def test_the_highest_mean_has_no_mark_if_nothing_is_shown(scored):
    results = scored("speech-like", {"simple-rnn": 0.6, "lstm": 0.63, "gru": 0.65}, spread=0.1)
    assert {entry.mark for entry in matrix(results)[0].entries} == {""}
    assert finding(results).headline.endswith("It is undecided which architecture is best.")


def test_one_that_no_other_can_exceed_is_recommended_in_these_words(scored):
    results = scored("speech-like", {"lstm": 0.80, "gru": 0.77}, spread=0.012)
    (pair,), (advice,) = compare(results, "speech-like").pairs, recommend(results, presented(results))
    assert (pair.verdict, advice.accurate) == ("undecided", "lstm")
    words = "no other can be better than lstm by more than 0.02 of skill"
    assert words in finding(results).headline.lower() and words in " ".join(answers(results)[0].sentences).lower()


def test_matrix_shows_failed_and_missing_runs_with_reasons(tmp_path, records):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"])
    records.write_task(tmp_path, "speech-like")
    records.write(tmp_path, records.failed("speech-like", "lstm", "final", 0, "diverged", "loss is not finite"))
    results = load(tmp_path)
    row = matrix(results)[0]
    assert [entry.score for entry in row.entries] == ["no score", "no score"]
    assert [entry.notes for entry in row.entries] == [
        ["1 final run failed: diverged", "4 trials missing", "4 final runs missing"],
        ["4 trials missing", "5 final runs missing"],
    ]


def test_a_search_of_a_single_trial_is_called_too_short(tmp_path, records):
    records.write_study(tmp_path, trials=1, seeds=1, tasks=("speech-like",))
    assert {entry.score for entry in matrix(load(tmp_path))[0].entries} == {"too few trials"}


def test_a_cell_that_does_not_apply_is_shown_as_that_and_is_not_missing(tmp_path, records):
    reasons = {"speech-like/gru": "it sees later steps"}
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], does_not_apply=reasons)
    records.write_task(tmp_path, "speech-like")
    results = load(tmp_path)
    row = matrix(results)[0]
    assert [entry.score for entry in row.entries] == ["no score", "does not apply"]
    assert row.entries[1].notes == ["it sees later steps"]
    assert all(one.startswith("Speech like, lstm: ") for one in missing(results))


@pytest.mark.parametrize(
    ("means", "accurate"),
    [
        ({"simple-rnn": 0.5, "lstm": 0.8}, "lstm"),
        ({"lstm": 0.9, "gru": 0.902}, "gru and lstm, practically equal"),
        (
            {"gru": 0.0, "lstm": 0.37},
            "none is shown to beat the trained baseline (order-free), though lstm beats the trivial one",
        ),
        ({"lstm": 0.1}, "use the trained baseline (order-free): it is better than every architecture"),
    ],
)
def test_recommendations_follow_from_verdicts(scored, means, accurate):
    advice = recommend(scored("speech-like", means), ["speech-like"])
    assert [(one.family, one.accurate) for one in advice] == [("speech", accurate)]


def test_without_enough_trials_nothing_is_recommended(scored):
    (advice,) = recommend(scored("speech-like", {"simple-rnn": 0.5, "lstm": 0.8}, 6, 1), ["speech-like"])
    assert advice.accurate == "no verdict yet"


def test_controls_are_never_recommended(scored):
    assert recommend(scored("speech-like", {"lstm": 0.9}, family="controls"), ["speech-like"]) == []


def test_probabilities_are_never_certain():
    assert [chance(share) for share in (0.0, 0.004, 0.25, 0.996, 1.0)] == ["<1 %", "<1 %", "25 %", ">99 %", ">99 %"]


def test_only_plain_words_are_capitalised():
    assert [capital("nothing is"), capital("lstm beats gru")] == ["Nothing is", "lstm beats gru"]


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
        (999.7, None, "1000"),
        (-12345.6, None, "\N{MINUS SIGN}12300"),
        (0.123456, None, "0.123"),
        (-0.0, None, "0"),
        (None, None, "\N{EM DASH}"),
        (math.nan, 0.1, "\N{EM DASH}"),
    ],
)
def test_numbers_are_rounded_to_what_the_interval_supports(value, step, text):
    assert number(value, step) == text


def test_a_bound_that_excludes_zero_is_not_rounded_to_it():
    assert interval(Estimate(0.133, 0.003, 0.263, 5)) == "0.133 (0.003 to 0.263, n=5)"
    assert interval(Estimate(0.5, math.nan, math.nan, 1), " of skill") == "0.5 of skill (no interval, n=1)"


def test_nothing_is_minus_nothing():
    assert interval(-Estimate(0.0, 0.0, 0.0, 24), " of skill") == "0 of skill (0 to 0, n=24)"


def test_a_lead_that_may_be_the_whole_scale_is_given_as_at_least(scored, monkeypatch):
    results = scored("adding-50", {"lstm": 0.9, "gru": -0.4}, spread=0.2)
    (pair,) = compare(results, "adding-50").pairs
    assert pair.joint.low > 0.02 and pair.joint.high > 1
    assert re.search(r"lstm beats gru by at least 0\.\d+ of skill", " ".join(answers(results)[0].sentences))


def test_lists_in_words():
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]


@pytest.mark.parametrize(
    ("clusters", "unit", "folds", "said"),
    [
        (np.arange(60), "example", 1, "Tested on one test split: 60 examples. The intervals include how results would "
         "vary with other examples like these, but not with another way of splitting the data."),
        (np.arange(120), "example", 2, "Tested on 2 test splits of the data: 120 examples. The intervals include how "
         "results would vary with other examples like these."),
        (np.repeat(["anna", "ben"], 60), "group", 2, "Tested on 2 test splits of the data: 120 examples from 2 groups. "
         "The intervals include how results would vary with other groups like these. Little is known about others, "
         "because only 2 groups can be compared."),
    ],
)  # fmt: skip
def test_a_finding_says_which_test_data_it_rests_on(records, tmp_path, clusters, unit, folds, said):
    random = np.random.default_rng(1)
    right = {name: (random.random((24, 60)) < 0.8).astype(float) for name in ("lstm", "gru")}
    found = find(records.on_examples(tmp_path, right, clusters, unit, folds), "sentence-polarity")
    assert " ".join(found.evidence).endswith(said)
    assert ("on one test split" in found.headline) == (folds == 1)


def test_an_official_test_split_is_called_so(records, tmp_path):
    right = {name: np.tile(np.arange(60) % 3 > 0, (24, 1)).astype(float) for name in ("lstm", "gru")}
    results = records.on_examples(tmp_path, right, np.arange(60))
    results.tasks["sentence-polarity"] = replace(results.task("sentence-polarity"), official=True)
    found = find(results, "sentence-polarity")
    assert "on one test split (the official one)" in found.headline, found.headline
    assert any("on one test split, the official one: 60 examples" in sentence for sentence in found.evidence)


def test_a_mean_over_tasks_of_which_some_have_one_split_says_in_part(records, tmp_path):
    right = {name: np.tile(np.arange(60) % 3 > 0, (24, 1)).astype(float) for name in ("lstm", "gru")}
    results = records.on_examples(tmp_path, right, np.arange(60))
    results.tasks["generated"] = replace(results.task("sentence-polarity"), source="generated")
    assert on_one_split(results, "sentence-polarity") == " on one test split"
    assert on_one_split(results, "sentence-polarity", "generated") == " in part on one test split"
    assert on_one_split(results, "generated") == ""
