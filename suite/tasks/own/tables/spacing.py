"""Spacing: the steps between the moments of a series: the usual one, uneven ones, holes, and changes of the clock."""

from dataclasses import dataclass

import numpy as np

from suite.tasks.own.tables.times import MOMENT

REGULAR = 0.03  # a step that makes up this share of all steps belongs to the rhythm, such as a night or a weekend
WEEKLY = 0.6  # so does a step that occurs this often per week, as nights and weekends do between minutes of trading
LEAST = 3
HOURS, MOSTLY = 4, 0.8  # a share MOSTLY of the nights in a rhythm begins at only HOURS different times
MOST_DAYS = 3  # the weekends in a rhythm begin on at most this many days of the week
COMMON = 0.3  # if no step makes up this share, the times are those of events, and have no rhythm
EVENTS = 5  # a hole between events is longer than this many times the 99th percentile of the steps
DIGITS = 6  # steps of numbers are compared to a millionth of the median, because 0.3 - 0.2 is not 0.2 - 0.1
HOLE = 1.5  # a hole is a step longer than this many times the longest regular step
HOLIDAYS = np.timedelta64(5, "D")  # if all times are on weekdays, shorter steps are weekends and holidays
UNITS = ((365 * 86400, "year"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
DAY, HOUR = 86_400_000_000, 3_600_000_000


@dataclass(frozen=True)
class Spacing:
    """The steps of a series.

    `usual`: the commonest step in words. `uneven`: the number of other steps. `holes`: the places (rows after which
    something is missing). `missing`: how many moments the holes lack. `clock`: the places of steps that look like a
    change of the clock, in local times.
    """

    usual: str
    uneven: int
    steps: int
    holes: np.ndarray
    missing: int
    clock: np.ndarray

    @property
    def said(self) -> str:
        """The spacing in words, for the data sheet."""
        uneven = f", {self.uneven:,} of {self.steps:,} steps are uneven" if self.uneven else ""
        return f"{self.usual}{uneven}"


def spacing(times: np.ndarray) -> Spacing:
    """Return the spacing of times that rise, (moments,), as datetime64 or numbers."""
    nothing = np.array([], dtype=int)
    if len(times) < 3:
        return Spacing("unknown", 0, max(len(times) - 1, 0), nothing, 0, nothing)
    steps, unit = _steps(times)
    sizes, counts = np.unique(steps, return_counts=True)
    if counts.max() < COMMON * len(steps):
        return _of_events(steps, unit)
    usual = sizes[counts.argmax()]
    often = WEEKLY * (times[-1] - times[0]) / np.timedelta64(7, "D") if unit == "us" else np.inf
    regular = counts >= max(min(REGULAR * len(steps), max(often, LEAST)), 2)
    near = sizes <= HOLE * usual
    rhythm = [size for size, close in zip(sizes[regular], near[regular], strict=True)
              if close or unit != "us" or _recurs(times[:-1][steps == size], usual)]  # fmt: skip
    longest = max(rhythm, default=usual)
    if unit == "us" and usual >= DAY and usual < 2 * DAY and _weekdays(times):
        longest = max(longest, int(HOLIDAYS / np.timedelta64(1, "us")) / HOLE)
    holes = np.flatnonzero(steps > HOLE * longest)
    missing = int(np.sum(np.maximum(np.round(steps[holes] / usual) - 1, 1)))
    clock = np.flatnonzero((steps == usual + HOUR) & _spring(times[1:])) if unit == "us" and usual <= HOUR else nothing
    return Spacing(_worded(usual, unit), int((steps != usual).sum()), len(steps), holes, missing, clock)


def _recurs(times: np.ndarray, usual: int) -> bool:
    """Return whether times come at a few hours of the day, or on a few days of the week, as nights and weekends do."""
    if usual >= DAY:
        return len(np.unique(_weekday(times))) <= MOST_DAYS
    hours = np.unique(times.astype(MOMENT).astype(np.int64) % DAY, return_counts=True)[1]
    return np.sort(hours)[-HOURS:].sum() >= MOSTLY * len(times)


def _of_events(steps: np.ndarray, unit: str) -> Spacing:
    """Return the spacing of times without a rhythm; `missing` counts steps of the usual length, the median."""
    usual = np.median(steps)
    holes = np.flatnonzero(steps > EVENTS * np.quantile(steps, 0.99))
    missing = int(np.sum(np.maximum(np.round(steps[holes] / usual) - 1, 1)))
    nothing = np.array([], dtype=int)
    return Spacing(f"uneven, about {_worded(usual, unit)}", 0, len(steps), holes, missing, nothing)


def _steps(times: np.ndarray) -> tuple[np.ndarray, str]:
    """Return the steps and their unit: "M" if all times are beginnings of months, "us" for dates, "" for numbers."""
    if times.dtype.kind != "M":
        steps = np.diff(times)
        unit = np.median(steps)
        return np.round(steps / unit, DIGITS) * unit, ""
    months = times.astype("datetime64[M]")
    if (months.astype(MOMENT) == times).all():
        return np.diff(months).astype(np.int64), "M"
    return np.diff(times.astype(MOMENT)).astype(np.int64), "us"


def _weekdays(times: np.ndarray) -> bool:
    """Return whether no time is on a Saturday or Sunday."""
    return bool((_weekday(times) < 5).all())


def _weekday(times: np.ndarray) -> np.ndarray:
    """Return 0 for Monday to 6 for Sunday; 1970 began on a Thursday."""
    return (times.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _spring(times: np.ndarray) -> np.ndarray:
    """Return whether each time is in the night of a Sunday in March or April, when clocks go forward."""
    month = times.astype("datetime64[M]").astype(np.int64) % 12 + 1
    hour = (times - times.astype("datetime64[D]")) / np.timedelta64(1, "h")
    return np.isin(month, (3, 4)) & (_weekday(times) == 6) & (hour >= 1) & (hour <= 4)


def is_clock_change(earlier: np.datetime64, later: np.datetime64) -> bool:
    """Return whether a time that does not rise looks like the hour that autumn repeats: at most an hour back."""
    if not isinstance(later, np.datetime64):
        return False
    back = (earlier - later) / np.timedelta64(1, "h")
    month = int(later.astype("datetime64[M]").astype(int)) % 12 + 1
    return bool(0 <= back <= 1 and month in (9, 10, 11) and _weekday(np.array([later]))[0] == 6)


def _worded(step: float, unit: str) -> str:
    if unit == "M":
        return {1: "1 month", 3: "3 months", 12: "1 year"}.get(int(step), f"{step} months")
    if not unit:
        return f"{step:.6g}"
    seconds = step / 1e6
    for size, name in UNITS:
        if seconds >= size:
            count = seconds / size
            return f"{count:.3g} {name}" + ("s" if count != 1 else "")
    return f"{seconds:.3g} seconds"
