"""Flags: which handicaps may explain a verdict, and which runs have none."""

import pytest

from suite.analysis.flags import flagged, handicaps, shares

SPEECH, LSTM = "speech-like", "lstm"
CELL = (SPEECH, LSTM)


def curve(*skills):
    """Return the keys of a run that used its whole budget, with these validation skills by epoch."""
    scores = [0.11 + skill * 0.89 for skill in skills]
    return {"history": {"val_accuracy": scores}, "spec": {"budget": {"epochs": len(skills)}}}


def share(trials, flag, skills, beside, best_of=1):
    return shares(trials({CELL: skills}, best_of=best_of, beside={CELL: beside}), *CELL)[flag]


class TestStillImproving:
    def test_a_run_that_gains_more_than_the_margin_in_the_last_fifth_was_still_improving(self, trials):
        rising, done = curve(*(0.1 * epoch for epoch in range(10))), curve(*[0.1] * 5, *[0.9] * 5)
        assert share(trials, "still-improving", [0.9] * 4, [rising, rising, rising, done]) == pytest.approx(0.75)

    def test_a_solved_run_that_still_moves_by_less_than_the_margin_was_not(self, trials):
        moving = curve(*[0.5] * 7, 0.9985, 0.9985, 0.999)
        assert share(trials, "still-improving", [0.999] * 4, [moving] * 4) == 0

    def test_a_run_that_ended_before_its_budget_was_not(self, trials):
        stopped = curve(*(0.1 * epoch for epoch in range(10))) | {"spec": {"budget": {"epochs": 30}}}
        assert share(trials, "still-improving", [0.9] * 4, [stopped] * 4) == 0

    def test_the_gain_is_that_of_the_best_epoch_so_far(self, trials):
        zigzag = curve(*[0.1, 0.9, 0.1, 0.5, 0.3, 0.2, 0.3, 0.2, 0.1, 0.85])
        assert share(trials, "still-improving", [0.9] * 4, [zigzag] * 4) == 0

    def test_the_history_of_errors_falls(self, trials):
        falling = curve(*[0.0] * 10) | {"history": {"val_mse": [0.1667 * (1 - 0.1 * epoch) for epoch in range(10)]}}
        found = shares(
            trials({("adding-50", LSTM): [0.9] * 4}, beside={("adding-50", LSTM): [falling] * 4}, best_of=1),
            "adding-50",
            LSTM,
        )
        assert found["still-improving"] == 1


class TestNeverLeftTheStart:
    @pytest.mark.parametrize(
        ("skill", "loss", "expected"), [(0.01, 0.99, 1), (0.01, 0.97, 0), (0.03, 0.99, 0), (0.01, None, 0)]
    )
    def test_needs_a_loss_and_a_skill_like_that_of_a_constant_prediction(self, trials, skill, loss, expected):
        assert share(trials, "never-left-start", [skill] * 4, [{"loss": loss}] * 4) == expected


class TestHandicaps:
    def test_are_those_of_the_run_that_a_search_chooses(self, trials):
        # half of the trials have the flag, but the best of 2 is one of the others in 5 of 6 searches
        edge = [{"flags": ["edge-of-range"]}, {"flags": ["edge-of-range"]}, {}, {}]
        results = trials({CELL: [0.1, 0.2, 0.3, 0.4]}, best_of=2, beside={CELL: edge})
        assert shares(results, *CELL)["edge-of-range"] == pytest.approx(1 / 6)
        assert handicaps(results, *CELL) == ()
        results = trials({CELL: [0.4, 0.3, 0.2, 0.1]}, best_of=2, beside={CELL: edge})
        assert handicaps(results, *CELL) == (
            "lstm: in 83 % of searches the chosen run has a learning rate at the edge of its range",
        )

    def test_of_final_runs_are_those_of_their_majority(self, tmp_path, records):
        narrow, wide = {}, {"flags": ["unequal"]}
        found = records.finals(tmp_path, {CELL: [0.1, 0.2, 0.3]}, beside={CELL: [narrow, narrow, wide]})
        assert handicaps(found, *CELL) == ()
        found = records.finals(tmp_path, {CELL: [0.1, 0.2, 0.3]}, beside={CELL: [narrow, wide, wide]})
        assert handicaps(found, *CELL) == (
            "lstm: in 67 % of final runs the network misses the weight budget by more than 5 %",
        )

    def test_failed_runs_have_none(self, trials):
        assert shares(trials({CELL: [None] * 5}), *CELL) == {}


def test_flagged_counts_stored_flags_of_scored_runs(tmp_path, records):
    edge = [{"flags": ["edge-of-range"]}, {"flags": []}, {"flags": ["edge-of-range"]}]
    found = records.finals(tmp_path, {CELL: [0.1, 0.2, None]}, beside={CELL: edge})
    counts, runs = flagged(found, *CELL)
    assert (counts["edge-of-range"], runs) == (1, 2)
