"""Comparisons: what a verdict needs, and what it is about."""

from itertools import pairwise

import numpy as np
import pytest

from suite.analysis import contrasts
from suite.analysis.comparisons import compare, contrasted, joint_level
from suite.analysis.decisions import PairVerdict, Standing
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.analysis.rivals import has_rival
from suite.analysis.rules import basis, rules

SPEECH, SENTIMENT, ADDING = "speech-like", "sentiment-like", "adding-50"
RNN, LSTM, GRU = "simple-rnn", "lstm", "gru"
BETTER, EQUAL, WORSE = PairVerdict.BETTER, PairVerdict.EQUAL, PairVerdict.WORSE


def pair(results, *tasks, first=LSTM, second=GRU):
    return compare(results, *tasks).related(first, second)


def rivals(*skills):
    """Return the keys of trials beside which the trained baseline has these skills."""
    return [{"rival": skill} for skill in skills]


class TestPairs:
    def test_one_leads_if_the_whole_interval_lies_beyond_the_margin(self, trials, around):
        one = pair(trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)}), SPEECH)
        assert (one.verdict, one.standing, one.provisional) == (BETTER, Standing.FIRM, False)
        assert one.joint.low > 0.02
        assert one.joint.low < one.plain.low < one.plain.centre < one.plain.high < one.joint.high

    def test_a_lead_that_may_lie_within_the_margin_is_undecided(self, trials, around):
        one = pair(trials({(SPEECH, LSTM): around(0.83), (SPEECH, GRU): around(0.8, seed=1)}), SPEECH)
        assert 0 < one.joint.low < 0.02
        assert one.verdict is PairVerdict.UNDECIDED

    def test_two_are_equal_if_the_whole_interval_lies_within_the_margin(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9, 0.005), (SPEECH, GRU): around(0.9, 0.005, seed=1)})
        assert pair(results, SPEECH).verdict is EQUAL

    def test_identical_trials_are_not_shown_to_be_equal(self, trials):
        assert pair(trials({(SPEECH, LSTM): [0.9] * 24, (SPEECH, GRU): [0.9] * 24}), SPEECH).verdict is (
            PairVerdict.UNDECIDED
        )

    def test_a_pair_reads_the_same_from_its_second_architecture_with_the_signs_turned(self, trials, around):
        found = compare(trials({(ADDING, LSTM): around(0.99, 0.002), (ADDING, GRU): around(0.5)}), ADDING)
        one, turned = found.related(LSTM, GRU), found.related(GRU, LSTM)
        assert (one.verdict, turned.verdict) == (BETTER, WORSE)
        assert turned.joint == (-one.joint.centre, -one.joint.high, -one.joint.low, 24)
        assert turned.solved.centre == -one.solved.centre == -1
        assert turned.chances == one.chances[::-1]

    def test_pairs_are_listed_from_the_one_ahead(self, trials, around):
        found = compare(
            trials({(SPEECH, RNN): around(0.5), (SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.7)}), SPEECH
        )
        assert [(one.first, one.second) for one in found.pairs] == [(LSTM, RNN), (GRU, RNN), (LSTM, GRU)]

    def test_below_twelve_trials_there_is_no_verdict_and_below_twenty_four_it_is_provisional(self, trials, around):
        standings = {}
        for count in (11, 12, 23, 24):
            skills = {(SPEECH, LSTM): around(0.9, count=count), (SPEECH, GRU): around(0.6, count=count)}
            one = pair(trials(skills, best_of=2), SPEECH)
            standings[count] = (one.verdict.value, one.standing.value)
        assert standings == {
            11: ("too few", "none"), 12: ("better", "provisional"),
            23: ("better", "provisional"), 24: ("better", "firm"),
        }  # fmt: skip

    def test_a_search_of_more_than_a_third_of_the_trials_has_no_verdict(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.6)}
        found = {best_of: pair(trials(skills, best_of=best_of), SPEECH) for best_of in (4, 5, 8, 9)}
        assert [one.standing.value for one in found.values()] == ["firm", "provisional", "provisional", "none"]
        assert found[9].verdict is PairVerdict.TOO_FEW

    def test_architectures_without_shared_trials_are_not_a_pair(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SENTIMENT, GRU): around(0.9)}
        found = compare(trials(skills), SPEECH)
        assert (found.pairs, [one.first for one in found.trivial]) == ([], [LSTM])
        assert found.related(LSTM, GRU) is None


class TestFailures:
    def test_an_architecture_that_diverges_in_half_of_its_trials_loses_its_lead(self, trials, around):
        lstm, gru = around(0.9), around(0.85)
        sound = trials({(SPEECH, LSTM): lstm, (SPEECH, GRU): gru}, best_of=1)
        assert pair(sound, SPEECH).verdict is BETTER
        half = [skill if trial % 2 else None for trial, skill in enumerate(lstm)]
        assert pair(trials({(SPEECH, LSTM): half, (SPEECH, GRU): gru}, best_of=1), SPEECH).verdict is WORSE

    def test_one_that_always_fails_is_worse(self, trials, around):
        found = compare(trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): [None] * 24}), SPEECH)
        assert found.related(LSTM, GRU).verdict is BETTER
        assert not any(GRU in names for names in (found.ahead(), found.ahead_of_trivial()))


class TestSolvedOrNot:
    def test_equality_needs_alike_chances_of_solving_the_task(self, trials, around):
        """Skills that differ by less than the margin, but one of them is past the threshold of 0.94 far more often."""
        skills = {(ADDING, LSTM): around(0.944, 0.002), (ADDING, GRU): around(0.937, 0.002, seed=1)}
        one = pair(trials(skills, best_of=2), ADDING)
        assert one.joint.low > -0.02
        assert one.joint.high < 0.02
        assert (one.solved.centre > 0.5, one.verdict) == (True, PairVerdict.EQUAL_IF_SOLVED)
        assert (one.verdict.settled, one.verdict.decided) == (True, False)

    def test_one_trial_each_that_solved_the_task_24_times_is_not_shown_to_do_so_always(self, trials, around):
        """One in ten may fail, unseen: then its mean is no higher than that of the other."""
        skills = {(ADDING, LSTM): around(0.99, 0.001), (ADDING, GRU): around(0.95, 0.001)}
        assert pair(trials(skills, best_of=1), ADDING).verdict is PairVerdict.UNDECIDED
        assert pair(trials(skills, best_of=4), ADDING).verdict is BETTER

    def test_both_that_solve_it_always_are_equal(self, trials):
        skills = {(ADDING, LSTM): [0.95, 0.96] * 12, (ADDING, GRU): [0.96, 0.95] * 12}
        one = pair(trials(skills, best_of=4), ADDING)
        assert one.verdict is EQUAL
        assert one.solved.high < 0.1

    def test_the_mean_over_tasks_is_equal_only_if_each_task_is_solved_alike(self, trials, records, monkeypatch):
        monkeypatch.setitem(records.TASKS, "adding-200", records.TASKS[ADDING] | {"length": 200, "sweep": "other"})
        monkeypatch.setitem(records.BASELINES, "adding-200", 0.1667)
        alike = {(ADDING, LSTM): [0.95, 0.96] * 12, (ADDING, GRU): [0.96, 0.95] * 12}
        other = {("adding-200", LSTM): [0.95, 0.96] * 12, ("adding-200", GRU): [0.939, 0.941] * 12}
        assert pair(trials(alike | other), ADDING).verdict is EQUAL
        one = pair(trials(alike | other), ADDING, "adding-200")
        assert one.joint.low > -0.02
        assert (one.verdict, one.solved) == (PairVerdict.EQUAL_IF_SOLVED, None)

    def test_parity_at_chance_is_undecided_against_one_that_solves_it(self, trials):
        """Parity-20: the simple RNN's loss never left that of a constant prediction, so it may still begin to learn."""
        skills = {(SPEECH, LSTM): [0.9, 0.95] * 12, (SPEECH, RNN): [0.0, 0.01, -0.01] * 8}
        beside = {(SPEECH, RNN): [{"loss": 0.99}] * 24, (SPEECH, LSTM): [{"loss": 0.1}] * 24}
        one = pair(trials(skills, beside=beside), SPEECH, second=RNN)
        assert one.verdict is PairVerdict.AT_THIS_BUDGET
        assert one.handicaps == ("simple-rnn: in >99 % of searches the chosen run never began to learn",)
        assert pair(trials(skills), SPEECH, second=RNN).verdict is BETTER


class TestHandicaps:
    def flags(self, *cells):
        return {cell: [{"flags": ["edge-of-range"]}] * 24 for cell in cells}

    def test_a_handicap_of_the_side_behind_may_explain_the_verdict(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)}
        assert pair(trials(skills, beside=self.flags((SPEECH, GRU))), SPEECH).verdict is PairVerdict.AT_THIS_BUDGET
        assert pair(trials(skills, beside=self.flags((SPEECH, LSTM))), SPEECH).verdict is BETTER

    def test_in_a_mean_over_tasks_it_is_named_with_its_task(self, trials, around):
        skills = {(task, name): around(0.9) for task in (SPEECH, SENTIMENT) for name in (LSTM, GRU)}
        one = pair(trials(skills, beside=self.flags((SENTIMENT, GRU))), SPEECH, SENTIMENT)
        (phrase,) = one.handicaps
        assert phrase.endswith("has a learning rate at the edge of its range (on Sentiment like)")

    def test_a_mean_over_tasks_stands_if_the_other_tasks_by_themselves_give_the_same_verdict(self, trials, around):
        skills = {
            (task, name): around(mean) for task in (SPEECH, SENTIMENT) for name, mean in ((LSTM, 0.9), (GRU, 0.7))
        }
        behind = self.flags((SENTIMENT, GRU))
        assert pair(trials(skills, beside=behind), SPEECH, SENTIMENT).verdict is BETTER
        assert pair(
            trials(skills | {(SPEECH, GRU): around(0.9, seed=1)}, beside=behind), SPEECH, SENTIMENT
        ).verdict is (PairVerdict.AT_THIS_BUDGET)

    def test_a_baseline_has_none(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9)}, beside=self.flags((SPEECH, LSTM)))
        assert compare(results, SPEECH).trivial[0].verdict is BETTER


class TestBaselines:
    def test_ahead_is_who_beats_both(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.5), (SPEECH, RNN): around(0.0)}
        found = compare(trials(skills, beside={(SPEECH, LSTM): rivals(*around(0.5, seed=2))}), SPEECH)
        assert (found.ahead_of_trivial(), found.ahead()) == ([LSTM, GRU], [LSTM])
        assert [found.beats(name, TRAINED) for name in (LSTM, GRU, RNN)] == ["yes", "undecided", "no"]
        assert found.winning_baseline is None

    def test_one_that_is_better_than_every_architecture_wins(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.5), (SPEECH, GRU): around(0.4)}
        results = trials(skills, beside={(SPEECH, LSTM): rivals(*around(0.8, seed=2))})
        assert compare(results, SPEECH).winning_baseline == TRAINED
        behind = trials({(SPEECH, LSTM): around(-0.5), (SPEECH, GRU): around(-0.4)})
        assert compare(behind, SPEECH).winning_baseline == TRIVIAL

    def test_one_at_the_ceiling_is_no_rival(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9)}, beside={(SPEECH, LSTM): rivals(*[0.99] * 24)})
        assert not has_rival(results, SPEECH)
        found = compare(results, SPEECH)
        assert (found.trained, found.ahead()) == ([], [LSTM])


class TestFinalRunsAlone:
    def test_are_provisional_at_most_and_say_that_one_search_chose_their_configurations(
        self, tmp_path, records, around
    ):
        skills = {(SPEECH, LSTM): around(0.9, count=30), (SPEECH, GRU): around(0.8, count=30)}
        results = records.finals(tmp_path, skills)
        one = pair(results, SPEECH)
        assert (one.verdict, one.standing, one.provisional) == (BETTER, Standing.PROVISIONAL, True)
        assert "one search found" in basis(results, SPEECH)
        assert "provisional at most" in basis(results, SPEECH)

    def test_of_given_configurations_are_provisional_too_because_rare_failures_may_be_unseen(
        self, tmp_path, records, around
    ):
        skills = {(SPEECH, LSTM): around(0.9, count=24), (SPEECH, GRU): around(0.8, count=24)}
        results = records.finals(tmp_path, skills, hyperparameters={"units": 8})
        assert pair(results, SPEECH).standing is Standing.PROVISIONAL
        assert basis(results, SPEECH) == (
            "Verdicts are about the given configurations, trained with other seeds. "
            "Rare failures may not have occurred yet: provisional at most."
        )

    def test_below_five_there_is_no_verdict(self, tmp_path, records, around):
        results = records.finals(tmp_path, {(SPEECH, LSTM): around(0.9, count=4), (SPEECH, GRU): around(0.1, count=4)})
        assert compare(results, SPEECH).undecidable
        assert np.isnan(pair(results, SPEECH).plain.low)

    def test_of_trials_say_that_verdicts_are_about_the_search(self, trials, around):
        assert "a random search of 4 trials" in basis(trials({(SPEECH, LSTM): around(0.9)}), SPEECH)


class TestJointLevel:
    def test_counts_everything_that_a_report_states(self, trials, around):
        skills = {(task, name): around(0.9) for task in (SPEECH, SENTIMENT, ADDING) for name in (RNN, LSTM, GRU)}
        results = trials(skills, claims_fixed={"count": 13})
        # 3 pairs on each of 3 tasks, 2 baselines for 3 architectures on 3 tasks, 13 claims
        assert joint_level(results) == pytest.approx(1 - 0.05 / (9 + 18 + 13))

    def test_counts_a_family_of_several_tasks_once_more(self, trials, around, records, monkeypatch):
        monkeypatch.setitem(records.TASKS, SENTIMENT, records.TASKS[SENTIMENT] | {"family": "speech"})
        skills = {(task, name): around(0.9) for task in (SPEECH, SENTIMENT) for name in (LSTM, GRU)}
        assert joint_level(trials(skills)) == pytest.approx(1 - 0.05 / contrasts.statements(2, 2, 1, 0))

    def test_counts_what_is_declared_and_what_is_there_beside_it(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SENTIMENT, GRU): around(0.9)}
        declared = trials(skills, tasks=[SPEECH, ADDING], architectures=[LSTM, GRU, RNN])
        assert joint_level(declared) == pytest.approx(1 - 0.05 / contrasts.statements(3, 3, 0, 0))
        assert joint_level(declared.only([SPEECH], "trial")) == pytest.approx(
            1 - 0.05 / contrasts.statements(2, 3, 0, 0)
        )

    def test_counts_everything_once_for_each_look(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)}
        assert joint_level(trials(skills, claims_fixed={"looks": 3})) == pytest.approx(
            1 - 0.05 / (3 * contrasts.statements(1, 2, 0, 0))
        )

    def test_more_statements_make_wider_intervals(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8)}
        found = [pair(trials(skills, claims_fixed={"count": count}), SPEECH).joint for count in (0, 20, 400)]
        assert all(wide.low < narrow.low and wide.high > narrow.high for narrow, wide in pairwise(found))


def test_contrasted_has_a_row_for_each_task_with_shared_replicates(trials, around):
    skills = {(task, name): around(0.9) for task in (SPEECH, SENTIMENT) for name in (LSTM, GRU)}
    skills |= {(ADDING, LSTM): around(0.9)}
    found = contrasted(trials(skills), GRU, LSTM)
    assert list(found) == ["task", "difference", "low", "high", "n", "verdict"]
    assert list(found["task"]) == [SPEECH, SENTIMENT]


def test_rules_name_the_numbers_that_decide():
    text = " ".join(rules(0.03))
    assert "beyond 0.03 of skill" in text
    assert "fewer than 12 trials" in text
    assert "firm with at least 24 trials" in text
