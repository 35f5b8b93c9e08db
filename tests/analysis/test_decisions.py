"""Decisions: the one rule that turns an interval and a margin into a verdict."""

import math

import pytest

from suite.analysis.decisions import CLAIMED, PairVerdict, Verdict, between, beyond, superiority
from suite.statistics import Estimate

MARGIN = 0.02
SUPPORTED, CONTRADICTED, EQUAL, UNDECIDED = Verdict
CASES = [
    (0.1, 0.05, 0.15, 5, "better"),
    (-0.1, -0.15, -0.05, 5, "worse"),
    (0.1, 0.019, 0.2, 5, "undecided"),  # above 0 is not enough: all of it must lie beyond the margin
    (-0.1, -0.2, -0.019, 5, "undecided"),  # on either side
    (0.01, 0.005, 0.015, 5, "equal"),
    (-0.01, -0.015, -0.005, 5, "equal"),
    (0.0, -0.02, 0.02, 5, "undecided"),  # the margin itself is beyond it
    (0.0, -math.inf, math.inf, 24, "undecided"),
    (0.1, 0.05, 0.15, 4, "too few"),
    (math.nan, math.nan, math.nan, 0, "too few"),
    (math.nan, math.nan, math.nan, 9, "undecided"),
]


@pytest.mark.parametrize(("centre", "low", "high", "n", "verdict"), CASES)
def test_two_are_compared_with_the_margin(centre, low, high, n, verdict):
    assert between(Estimate(centre, low, high, n), MARGIN) == verdict


@pytest.mark.parametrize(("centre", "low", "high", "n", "verdict"), CASES)
def test_a_claim_is_decided_by_the_same_rule_as_a_pair(centre, low, high, n, verdict):
    expected = CLAIMED.get(PairVerdict(verdict), UNDECIDED)
    assert superiority(Estimate(centre, low, high, n), MARGIN) == expected


def test_supported_and_contradicted_mirror_each_other():
    estimate = Estimate(0.1, 0.05, 0.15, 24)
    assert (superiority(estimate, MARGIN), superiority(-estimate, MARGIN)) == (SUPPORTED, CONTRADICTED)


@pytest.mark.parametrize(
    ("solved", "verdict"),
    [
        ([], "equal"),
        ([(-0.05, 0.05)], "equal"),
        ([(-0.1, 0.05)], "equal if solved"),
        ([(-0.05, 0.3)], "equal if solved"),
        ([(-0.05, 0.05), (-0.3, 0.05)], "equal if solved"),
    ],
)
def test_equality_needs_alike_chances_of_solving_every_task(solved, verdict):
    rates = [Estimate(0.0, low, high, 24) for low, high in solved]
    assert between(Estimate(0.0, -0.01, 0.01, 24), MARGIN, *rates) == verdict


def test_a_lead_needs_no_alike_chances_of_solving_the_task():
    assert between(Estimate(0.1, 0.05, 0.15, 24), MARGIN, Estimate(0.5, 0.2, 0.8, 24)) == "better"


@pytest.mark.parametrize(
    ("low", "high", "n", "verdict"),
    [
        (-0.01, 0.05, 5, SUPPORTED),
        (-0.09, -0.03, 5, CONTRADICTED),
        (-0.03, 0.1, 5, UNDECIDED),
        (0, 1, 4, UNDECIDED),
        (math.nan, math.nan, 9, UNDECIDED),
    ],
)
def test_no_worse_than_the_margin(low, high, n, verdict):
    assert beyond(Estimate((low + high) / 2, low, high, n), -MARGIN) == verdict


def test_a_verdict_about_two_can_be_read_from_the_second():
    turned = {verdict: verdict.turned for verdict in PairVerdict if verdict.decided}
    assert turned == {PairVerdict.BETTER: PairVerdict.WORSE, PairVerdict.WORSE: PairVerdict.BETTER}
    assert PairVerdict.AT_THIS_BUDGET.turned is PairVerdict.AT_THIS_BUDGET


def test_settled_is_what_states_something():
    assert [verdict.value for verdict in PairVerdict if verdict.settled] == [
        "better",
        "equal",
        "equal if solved",
        "worse",
    ]


def test_a_verdict_about_two_has_words():
    assert PairVerdict("equal").phrase == "practically equal"
    assert PairVerdict("equal").against("lstm") == "practically equal to lstm"
    assert PairVerdict("worse").against("lstm") == "worse than lstm"
    assert PairVerdict("equal if solved").against("lstm") == "equal among the runs that solve the task to lstm"
