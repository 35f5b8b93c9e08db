"""Decisions: the rules that turn an interval and a margin into a verdict."""

import math

import pytest

from suite.analysis.decisions import PairVerdict, Verdict, between, beyond, is_provisional, superiority
from suite.statistics import Estimate

MARGIN = 0.02
SUPPORTED, CONTRADICTED, EQUAL, UNDECIDED = Verdict


@pytest.mark.parametrize(
    ("centre", "low", "high", "n", "verdict"),
    [
        (0.1, 0.05, 0.15, 5, SUPPORTED),
        (-0.1, -0.15, -0.05, 5, CONTRADICTED),
        (-0.018, -0.03, -0.006, 5, CONTRADICTED),  # the wrong side of 0 is enough, its centre within the margin or not
        (0.01, 0.005, 0.015, 5, EQUAL),  # comes before support
        (-0.01, -0.015, -0.005, 5, EQUAL),
        (0.018, 0.01, 0.026, 5, UNDECIDED),  # above 0, its centre not beyond the margin
        (0.1, -0.01, 0.2, 5, UNDECIDED),
        (0.1, 0.05, 0.15, 4, UNDECIDED),
        (math.nan, math.nan, math.nan, 9, UNDECIDED),
    ],
)
def test_superiority_decides_by_interval_and_margin(centre, low, high, n, verdict):
    assert superiority(Estimate(centre, low, high, n), MARGIN) == verdict


@pytest.mark.parametrize(
    ("low", "high", "n", "verdict"),
    [(-0.01, 0.05, 5, SUPPORTED), (-0.09, -0.03, 5, CONTRADICTED), (-0.03, 0.1, 5, UNDECIDED), (0, 1, 4, UNDECIDED)],
)
def test_no_worse_than_the_margin(low, high, n, verdict):
    assert beyond(Estimate((low + high) / 2, low, high, n), -MARGIN) == verdict


@pytest.mark.parametrize(
    ("centre", "low", "high", "n", "verdict"),
    [
        (0.1, 0.05, 0.15, 5, "better"),
        (-0.1, -0.15, -0.05, 5, "worse"),
        (0.01, 0.005, 0.015, 5, "equal"),
        (0.0, 0.0, 0.0, 5, "equal"),
        (0.018, 0.01, 0.026, 5, "undecided"),
        (0.1, -0.01, 0.2, 5, "undecided"),
        (0.1, 0.05, 0.15, 4, "too few"),
        (math.nan, math.nan, math.nan, 0, "too few"),
    ],
)
def test_two_are_compared_with_the_margin(centre, low, high, n, verdict):
    assert between(Estimate(centre, low, high, n), MARGIN) == verdict


def test_a_verdict_about_two_can_be_read_from_the_second():
    turned = {verdict: verdict.turned for verdict in PairVerdict if verdict.decided}
    assert turned == {PairVerdict.BETTER: PairVerdict.WORSE, PairVerdict.WORSE: PairVerdict.BETTER}
    assert PairVerdict.AT_THIS_BUDGET.turned is PairVerdict.AT_THIS_BUDGET


def test_a_verdict_about_two_has_words():
    assert PairVerdict("equal").phrase == "practically equal"
    assert PairVerdict("equal").against("lstm") == "practically equal to lstm"
    assert PairVerdict("worse").against("lstm") == "worse than lstm"


def test_five_to_nine_pairs_are_provisional():
    assert [is_provisional(pairs) for pairs in (4, 5, 9, 10)] == [False, True, True, False]
