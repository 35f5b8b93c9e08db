"""Spacing: the rhythm of times, and what is missing in it."""

import numpy as np
import pytest

from suite.tasks.own.tables.spacing import spacing

DAYS = np.arange("2023-01-02", 400, dtype="datetime64[D]")
WEEKDAYS = np.busday_offset("2023-01-02", np.arange(280), roll="forward")


def moments(days, begin: int, end: int, step: int):
    """Return the times of each day from one minute to another, in steps of so many minutes."""
    minutes = np.arange(begin, end, step).astype("timedelta64[m]")
    return (days.astype("datetime64[m]")[:, None] + minutes).ravel()


RHYTHMS = {
    "days": DAYS,
    "weekdays": WEEKDAYS,
    "weekdays but holidays": np.delete(WEEKDAYS, [70, 71, 120, 250]),
    "months": np.arange("1990-01", 300, dtype="datetime64[M]"),
    "ends of months": np.arange("1990-02", 300, dtype="datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D"),
    "hours": moments(DAYS[:30], 0, 1440, 60),
    "hours of trading": moments(WEEKDAYS[:100], 570, 990, 60),
    "minutes of trading": moments(WEEKDAYS[:40], 570, 960, 1),
    "numbers": np.arange(1_000) / 10,
    "events": np.cumsum(np.random.default_rng(0).exponential(size=5_000)),
    "jitter": 60 * np.arange(1_000) + np.random.default_rng(0).normal(size=1_000),
}


@pytest.mark.parametrize("name", RHYTHMS)
def test_a_rhythm_has_no_holes(name):
    times = RHYTHMS[name]
    found = spacing(times.astype("datetime64[us]") if times.dtype.kind == "M" else times)
    assert found.holes.tolist() == []
    assert found.clock.tolist() == []


@pytest.mark.parametrize("name", sorted(set(RHYTHMS) - {"events"}))
def test_a_hole_in_it_is_found(name):
    times = RHYTHMS[name]
    cut = 2_000 if name == "minutes of trading" else 100
    times = np.delete(times, slice(cut, 2 * cut))
    found = spacing(times.astype("datetime64[us]") if times.dtype.kind == "M" else times)
    assert found.holes.tolist() == [cut - 1]


@pytest.mark.parametrize(("name", "said"), [
    ("days", "1 day"), ("months", "1 month"), ("hours", "1 hour"), ("numbers", "0.1"),
    ("weekdays", "1 day, 55 of 279 steps are uneven"), ("events", "uneven, about 0.69"),
])  # fmt: skip
def test_it_is_said_in_words(name, said):
    times = RHYTHMS[name]
    assert spacing(times.astype("datetime64[us]") if times.dtype.kind == "M" else times).said.startswith(said)


def test_few_outages_of_one_length_are_no_rhythm():
    times = np.delete(moments(DAYS[:30], 0, 1440, 60), [100, 101, 102, 400, 401, 402]).astype("datetime64[us]")
    assert spacing(times).holes.tolist() == [99, 396]


@pytest.mark.parametrize("every", [9, 10, 13])
@pytest.mark.parametrize("times", [DAYS, moments(DAYS[:30], 0, 1440, 60)], ids=["days", "hours"])
def test_many_single_moments_that_are_missing_here_and_there_are_no_rhythm(times, every):
    lost = np.arange(5, len(times) - 1, every)
    assert spacing(np.delete(times, lost).astype("datetime64[us]")).missing == len(lost)


def test_nights_of_every_day_of_the_week_are_a_rhythm():
    assert spacing(moments(DAYS[:30], 540, 1020, 60).astype("datetime64[us]")).holes.tolist() == []
