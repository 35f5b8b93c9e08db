"""Recommendations: the rivals of the best are all others, a baseline can win, and what would decide is said."""

import numpy as np
import pytest

from suite.analysis.comparisons import compare
from suite.analysis.recommendations import Choice, candidates, choose, recommend, safest, to_decide, undecided

SPEECH, SENTIMENT, ADDING, STOCKS = "speech-like", "sentiment-like", "adding-50", "sp500-return"
RNN, LSTM, GRU = "simple-rnn", "lstm", "gru"


def rivals(skills):
    return [{"rival": skill} for skill in skills]


def chosen(results, *tasks):
    return choose(results, list(tasks))


class TestChoice:
    def test_one_that_beats_all_others_and_every_baseline_is_chosen(self, trials, around):
        skills = {(SPEECH, RNN): around(0.5), (SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.7)}
        assert chosen(trials(skills), SPEECH) == Choice("chosen", (LSTM,))

    def test_the_practically_equal_are_chosen_together_the_safest_first(self, trials, around):
        skills = {
            (SPEECH, RNN): around(0.5),
            (SPEECH, LSTM): around(0.9, 0.003),
            (SPEECH, GRU): around(0.902, 0.003, seed=1),
        }
        assert chosen(trials(skills), SPEECH) == Choice("chosen", (GRU, LSTM))

    def test_the_steady_but_worst_of_three_is_not_chosen(self, trials, around):
        """They lead the trained baseline by 0.05, 0.08 and 0.08, with deviations of 0.02, 0.06 and 0.06.

        Only the worst is shown to beat it. That does not make it the best.
        """
        skills = {
            (STOCKS, name): around(mean, sd, count=12, seed=seed)
            for name, mean, sd, seed in ((RNN, 0.25, 0.02, 0), (LSTM, 0.28, 0.06, 1), (GRU, 0.28, 0.06, 2))
        }
        beside = {(STOCKS, RNN): rivals(around(0.2, 0.005, count=12))}
        results = trials(skills, best_of=1, beside=beside)
        found = compare(results, STOCKS)
        assert (found.ahead(), {one.verdict.value for one in found.pairs}) == ([RNN], {"undecided"})
        assert chosen(results, STOCKS) == Choice("undecided", (RNN, LSTM, GRU))

    def test_one_that_diverges_in_half_of_its_trials_is_not_chosen(self, trials, around):
        half = [skill if trial % 2 else None for trial, skill in enumerate(around(0.9))]
        results = trials({(SPEECH, LSTM): half, (SPEECH, GRU): around(0.85)}, best_of=1)
        assert chosen(results, SPEECH) == Choice("chosen", (GRU,))

    def test_who_is_shown_to_be_worse_is_no_candidate(self, trials, around):
        skills = {(SPEECH, RNN): around(0.5), (SPEECH, LSTM): around(0.9, 0.1), (SPEECH, GRU): around(0.9, 0.1, seed=1)}
        assert chosen(trials(skills), SPEECH) == Choice("undecided", (LSTM, GRU))

    def test_a_baseline_that_is_better_than_all_wins(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.5), (SPEECH, GRU): around(0.4)}
        results = trials(skills, beside={(SPEECH, LSTM): rivals(around(0.8, seed=2))})
        assert chosen(results, SPEECH) == Choice("baseline", baseline="trained baseline (order-free)")
        (found,) = recommend(results, [SPEECH])
        assert found.accurate == "use the trained baseline (order-free): it is better than every architecture"

    def test_nothing_is_chosen_that_is_not_shown_to_beat_every_baseline(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.5), (SPEECH, GRU): around(0.4)}
        results = trials(skills, beside={(SPEECH, LSTM): rivals(around(0.5, 0.1, seed=2))})
        assert chosen(results, SPEECH) == Choice("behind")
        (found,) = recommend(results, [SPEECH])
        assert found.accurate == (
            "none is shown to beat the trained baseline (order-free), though lstm and gru beat the trivial one"
        )

    def test_below_twelve_trials_there_is_no_verdict(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9, count=11), (SPEECH, GRU): around(0.1, count=11)}, best_of=1)
        assert chosen(results, SPEECH) == Choice("open")

    def test_one_without_runs_or_to_which_the_task_does_not_apply_stands_in_nobodys_way(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.5)}
        results = trials(skills, architectures=[RNN, LSTM, GRU], does_not_apply={f"{SPEECH}/{RNN}": "too long"})
        assert chosen(results, SPEECH) == Choice("chosen", (LSTM,))

    def test_one_that_always_fails_is_behind(self, trials, around):
        results = trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): [None] * 24})
        assert chosen(results, SPEECH) == Choice("chosen", (LSTM,))

    def test_nobody_is_chosen_against_one_that_never_began_to_learn(self, trials, around):
        beside = {(SPEECH, RNN): [{"loss": 0.99}] * 24}
        results = trials({(SPEECH, LSTM): around(0.9), (SPEECH, RNN): around(0.0, 0.005)}, beside=beside)
        assert chosen(results, SPEECH) == Choice("undecided", (LSTM, RNN))
        assert to_decide(results, [SPEECH], (LSTM, RNN)) == "more epochs may decide, not more trials"

    def test_of_a_family_is_by_the_mean_over_its_tasks(self, trials, around, records, monkeypatch):
        monkeypatch.setitem(records.TASKS, SENTIMENT, records.TASKS[SENTIMENT] | {"family": "speech"})
        skills = {
            (SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.8),
            (SENTIMENT, LSTM): around(0.6), (SENTIMENT, GRU): around(0.65),
        }  # fmt: skip
        results = trials(skills)
        (found,) = recommend(results, [SPEECH, SENTIMENT])
        assert (found.family, found.tasks, found.accurate) == ("speech", [SPEECH, SENTIMENT], LSTM)
        assert chosen(results, SENTIMENT) == Choice("chosen", (GRU,))

    def test_who_beats_all_others_but_not_a_baseline_is_named_alone(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.9, 0.25), (SPEECH, GRU): around(0.55)}
        rival = rivals(around(0.5, 0.005, seed=2))
        skills[SPEECH, LSTM] = [min(one, 0.999) for one in skills[SPEECH, LSTM]]
        results = trials(skills, best_of=1, beside={(SPEECH, LSTM): rival})
        phrase = "undecided: lstm leads, but is not shown to beat every baseline"
        assert undecided(results, [LSTM]) == phrase
        assert chosen(results, SPEECH).outcome in ("undecided", "chosen")


class TestSafest:
    def test_no_other_can_be_better_by_more_than_the_margin(self, trials, around):
        skills = {
            (SPEECH, RNN): around(0.8),
            (SPEECH, LSTM): around(0.9, 0.004),
            (SPEECH, GRU): around(0.9, 0.004, seed=1),
        }
        found = compare(trials(skills), SPEECH)
        assert safest(found) == sorted(
            [LSTM, GRU], key=lambda name: -found.related(name, LSTM if name == GRU else GRU).joint.low
        )
        assert candidates(found) == [LSTM, GRU]

    def test_one_alone_has_no_rival(self, trials, around):
        assert safest(compare(trials({(SPEECH, LSTM): around(0.9)}), SPEECH)) == [LSTM]


class TestWhatWouldDecide:
    def test_more_trials_and_their_time(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.75, 0.1), (SPEECH, GRU): around(0.7, 0.1, seed=1)}
        results = trials(skills)
        (one,) = compare(results, SPEECH).pairs
        needed = int(np.ceil(24 * ((one.joint.centre - one.joint.low) / (one.joint.centre - 0.02)) ** 2))
        minutes, seconds = divmod((needed - 24) * 6, 60)
        assert to_decide(results, [SPEECH], (LSTM, GRU)) == (
            f"{needed - 24} more trials of each architecture ({minutes}:{seconds:02d} of training on the same machine) "
            "would settle it, if the mean skills stayed the same"
        )
        (found,) = recommend(results, [SPEECH])
        assert found.accurate.startswith(f"undecided between lstm and gru; {needed - 24} more trials")

    def test_means_that_differ_by_the_margin_need_too_many(self, trials, around):
        skills = {(SPEECH, LSTM): around(0.92, 0.1), (SPEECH, GRU): around(0.9, 0.1)}
        skills[SPEECH, GRU] = [one - 0.02 for one in skills[SPEECH, LSTM]][::-1]
        assert to_decide(trials(skills), [SPEECH], (LSTM, GRU)) == "more than 1000 trials would be needed to decide"

    def test_is_unknown_for_final_runs_and_for_decided_pairs(self, trials, around, tmp_path, records):
        skills = {(SPEECH, LSTM): around(0.9, 0.1), (SPEECH, GRU): around(0.85, 0.1)}
        assert to_decide(records.finals(tmp_path, skills), [SPEECH], (LSTM, GRU)) == ""
        decided = trials({(SPEECH, LSTM): around(0.9), (SPEECH, GRU): around(0.5)})
        assert to_decide(decided, [SPEECH], (LSTM, GRU)) == ""


class TestCosts:
    def study(self, trials, around, seconds):
        skills = {(SPEECH, name): around(0.9, 0.003, seed=place) for place, name in enumerate(seconds)}
        beside = {
            (SPEECH, name): [{"cpu": mean * (1 + 0.1 * np.sin(trial * place))} for trial in range(24)]
            for place, (name, mean) in enumerate(seconds.items(), start=1)
        }
        return trials(skills, beside=beside)

    def test_the_cheapest_of_the_equal_is_named_if_an_interval_shows_it(self, trials, around):
        (found,) = recommend(self.study(trials, around, {LSTM: 9.0, GRU: 4.0}), [SPEECH])
        assert found.accurate.endswith(", practically equal")
        assert found.cheapest.startswith("gru 4")
        assert found.cheapest.endswith("gru is the cheapest")

    def test_none_is_named_without_a_shown_difference(self, trials, around):
        (found,) = recommend(self.study(trials, around, {LSTM: 4.02, GRU: 4.0}), [SPEECH])
        assert found.cheapest.endswith("none is shown to be the cheapest")


def test_controls_and_tasks_without_a_description_get_no_recommendation(trials, around, records, monkeypatch):
    monkeypatch.setitem(records.TASKS, SPEECH, records.TASKS[SPEECH] | {"family": "controls"})
    results = trials({(SPEECH, LSTM): around(0.9), (SENTIMENT, LSTM): around(0.9)})
    del results.tasks[SENTIMENT]
    assert recommend(results, [SPEECH, SENTIMENT]) == []


@pytest.mark.parametrize("outcome", ["open", "behind", "baseline"])
def test_a_choice_without_names_has_none(outcome):
    assert Choice(outcome).names == ()
