"""Bars: beside every interval of a table, a picture on a scale that the intervals of its column or task share."""

import re

import pytest

from suite.report.bars import barred, drawn, scale_of
from suite.report.tables import Table
from suite.statistics import Estimate
from suite.text import bounds, interval


@pytest.mark.parametrize(
    "found", [(0.85, 0.7, 0.98), (-0.012, -0.03, 0.004), (1.3e-7, 1.1e-7, 1.4e-7), (310, 250, 390)]
)
def test_what_is_formatted_as_an_interval_is_read_as_one(found):
    for unit in ("", " of skill", " points"):
        assert bounds(interval(Estimate(*found, 24), unit)) == pytest.approx(found, rel=0.1)


@pytest.mark.parametrize("text", ["", "—", "no score", "0.85 (no interval, n=2)", "yes", "13, best of 24", "30 to 60"])
def test_other_text_is_no_interval(text):
    assert bounds(text) is None
    assert "<svg" not in drawn(scale_of(["0.5 (0.4 to 0.6, n=9)"]), text)


def test_a_number_without_an_interval_has_a_mark_only_where_others_have_intervals():
    scale = scale_of(["0.5 (0.4 to 0.6, n=9)", "0.45"])
    assert "<circle" in drawn(scale, "0.45") and "H" not in drawn(scale, "0.45")
    assert scale_of(["0.45", "0.6"]) is None


def test_zero_is_on_the_scale_if_that_at_most_doubles_it():
    assert (scale_of(["0.2 (0.1 to 0.6, n=9)"]).low, scale_of(["0.95 (0.9 to 0.99, n=9)"]).low) == (0.0, 0.9)
    assert scale_of([interval(Estimate(-0.2, -0.6, -0.1, 9))]).high == 0.0


def places(cell):
    """The places of the lower bound, the centre and the upper bound in a picture."""
    low, high = re.search(r'd="M([\d.]+) 6H([\d.]+)"', cell).groups()
    return float(low), float(re.search(r'cx="([\d.]+)"', cell)[1]), float(high)


def test_the_number_stands_before_the_picture_and_the_interval_after_it_in_small_print():
    cells = ["0.5 (0.4 to 0.6, n=9)", interval(Estimate(0.2, -0.2, 0.6, 9))]
    rows = list(barred(Table("x", "", ("Task", "Effect"), [["a", cells[0]], ["b", cells[1]]])))
    assert [first for first, _ in rows] == ["a", "b"]
    (kind, first), (_, second) = (row[1][0] for row in rows)
    assert kind == "number"
    assert re.sub(r"<svg.*?</svg>", "|", str(first)) == "<bdi>0.5</bdi>| <small><bdi>(0.4 to 0.6, n=9)</bdi></small>"
    assert places(first)[2] == places(second)[2] and places(second)[0] == 3.0
    assert 'aria-hidden="true"' in first


def test_tasks_with_metrics_of_their_own_have_scales_of_their_own():
    rows = [["a", "0.5 (0.4 to 0.6, n=9)", "0.7 (0.6 to 0.8, n=9)"], ["b", "50 (40 to 60, n=9)", "70 (60 to 80, n=9)"]]
    one, other = (
        [cell for _, cell in cells] for _, cells in barred(Table("x", "", ("Task", "Mean", "Median"), rows, True))
    )
    assert places(one[0]) == places(other[0]) and places(one[1]) == places(other[1])
    assert places(one[0])[2] == places(one[1])[0]


def test_text_from_records_stays_text():
    assert "<b>" not in drawn(None, "<b>0.5</b>") and "&lt;b&gt;" in drawn(None, "<b>0.5</b>")
