"""Times: reads moments as people write them: ISO dates, months, quarters, seconds since 1970, or a given format.

Texts are never sorted as text: what fits no format, or more than one, is refused.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.tables.numerals import NUMERAL

MOMENT = "datetime64[us]"
DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日",
    "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%b %Y", "%B %Y",
    "%b-%y", "%b-%Y", "%m/%Y", "%m.%Y",
)  # fmt: skip
CLOCKS = (
    "", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", " %H",
)  # fmt: skip
QUARTER = re.compile(r"(?:(\d{4})[ -]?Q([1-4])|Q([1-4])[ -]?(\d{4}))", re.IGNORECASE)
PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
MONTH = re.compile(r"\d{4}-\d{2}")
COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])([0-5]\d){0,2})?")
COMPACT_FORMATS = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
COMPACT_EXAMPLE = "20240131123000"
# for the years 1973 to 5138, seconds since 1970 lie in the first range; each further unit is a thousand times smaller
EPOCHS = (("s", 1e8), ("ms", 1e11), ("us", 1e14), ("ns", 1e17))
EPOCH_NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
LONGEST_SHAPE = 25


class Times(NamedTuple):
    """The moments of all examples, as datetime64 (in UTC if zones are known) or float64, and how they were read."""

    values: np.ndarray
    read_as: str


def read_times(given: Any, place: Callable[[int], str], dates: str = "", zone: str = "") -> Times:
    """Return the times of examples.

    given: texts, numbers, dates or NumPy's datetime64. `place(example)`: where one was read, for messages. `dates`: the
    format of texts, as for `datetime.strptime`. `zone`: the time zone of local times, such as "Europe/Berlin"; they
    become UTC. Raise RequestError, which names the example, if a time is missing, or fits no format or several.
    """
    values = np.asarray(given)
    if values.dtype.kind == "M":
        found = Times(values.astype(MOMENT), "dates")
    elif values.dtype.kind in "iuf":
        found = _counted(values.astype(np.float64), place)
    elif not dates and (plain := _plain(values)) is not None:
        found = Times(plain, "dates")
    else:
        found = _written(_texts(values, place), place, dates)
    _refuse_missing(found.values, place)
    return Times(_in_utc(found.values, zone, place), f"{found.read_as} in {zone}") if zone else found


def shape(text: str) -> str:
    """Return what a text looks like without its content: 9 for every digit and x for every letter."""
    plain = re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text.strip()))
    return plain if len(plain) <= LONGEST_SHAPE else f"{plain[: LONGEST_SHAPE - 1]}…"


def _plain(values: np.ndarray) -> np.ndarray | None:
    """Return dates if all are written as 2024-01-31 or 2024-01-31T10:00, which is read many times faster; else None."""
    if values.dtype.kind != "U" or not all(map(PLAIN.fullmatch, values.ravel().tolist())):
        return None
    try:
        return values.astype(MOMENT)
    except ValueError:  # such as the 31st of February, which is then named
        return None


def _texts(values: np.ndarray, place: Callable[[int], str]) -> list[str]:
    texts = []
    for example, value in enumerate(values.ravel().tolist()):
        if value is None or value != value or str(value).strip() in ("", "NaT", "nan", "None"):
            raise RequestError(f"{place(example)}: the time is missing: fill it in, or leave the example out")
        texts.append(value.isoformat() if hasattr(value, "isoformat") else str(value).strip())
    return texts


def _written(texts: Sequence[str], place: Callable[[int], str], dates: str) -> Times:
    if dates:
        return Times(_by_format(texts, dates, place), f"dates {dates}")
    if all(map(NUMERAL.fullmatch, texts[:1])):
        return _counted(np.array([_float(text, place, example) for example, text in enumerate(texts)]), place)
    if _iso(texts[0]) is not None:
        return Times(
            np.array([_checked_iso(text, place, example) for example, text in enumerate(texts)], MOMENT), "dates"
        )
    return _guessed(texts, place)


def _float(text: str, place: Callable[[int], str], example: int) -> float:
    if NUMERAL.fullmatch(text):
        return float(text)
    raise RequestError(f"{place(example)}: the time looks like '{shape(text)}', but those before are numbers{_TOTAL}")


_TOTAL = "; if it is a note or a total below the table, delete the row"


def _counted(values: np.ndarray, place: Callable[[int], str]) -> Times:
    """Return numbers as dates if they count time since 1970, or are dates such as 2024013112; else as they are."""
    _refuse_missing(values, place)
    texts = [f"{value:.0f}" for value in values.ravel().tolist()]
    if len({*map(len, texts)}) == 1 and (values % 1 == 0).all() and all(map(COMPACT.fullmatch, texts)):
        digits = len(texts[0])
        return Times(_by_format(texts, COMPACT_FORMATS[digits], place), f"dates as in {COMPACT_EXAMPLE[:digits]}")
    for unit, least in reversed(EPOCHS):
        if len(values) and values.min() >= least and values.max() < 1000 * least:
            micro = np.round(values * {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}[unit])
            return Times(micro.astype(np.int64).astype(MOMENT), f"{EPOCH_NAMES[unit]} since 1970")
    return Times(values, "numbers")


def _refuse_missing(values: np.ndarray, place: Callable[[int], str]) -> None:
    missing = np.isnat(values) if values.dtype.kind == "M" else ~np.isfinite(values)
    for example in np.flatnonzero(missing)[:1]:
        raise RequestError(
            f"{place(int(example))}: the time is missing or infinite: fill it in, or leave the example out"
        )


def _iso(text: str) -> np.datetime64 | None:
    """Return an ISO date or time, a month or a quarter; None if it is none of these."""
    if MONTH.fullmatch(text):
        text = f"{text}-01"
    elif quarter := QUARTER.fullmatch(text):
        year, number = quarter[1] or quarter[4], int(quarter[2] or quarter[3])
        text = f"{year}-{3 * number - 2:02d}-01"
    try:
        date = datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        return None
    return np.datetime64(date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date, "us")


def _checked_iso(text: str, place: Callable[[int], str], example: int) -> np.datetime64:
    found = _iso(text)
    if found is None:
        raise RequestError(f"{place(example)}: '{shape(text)}' is not an ISO date, unlike the times before it{_TOTAL}")
    return found


def _by_format(texts: Sequence[str], dates: str, place: Callable[[int], str]) -> np.ndarray:
    values = _parsed(texts, dates)
    for example in np.flatnonzero(np.isnat(values))[:1]:
        fault = f"the time looks like '{shape(texts[example])}', not like {dates}"
        raise RequestError(f"{place(int(example))}: {fault}: correct it, or name another format with dates=")
    return values


def _parsed(texts: Sequence[str], dates: str) -> np.ndarray:
    """Return texts as dates of a format, NaT for those that do not fit."""
    import pandas as pd

    try:
        found = pd.to_datetime(list(texts), format=dates, errors="coerce", utc="%z" in dates)
    except ValueError as error:
        raise RequestError(f"dates={dates!r:.40} is not a format of dates, such as '%d.%m.%Y'") from error
    plain = found.tz_localize(None) if found.tz is not None else found
    return plain.to_numpy().astype(MOMENT)


def _guessed(texts: Sequence[str], place: Callable[[int], str]) -> Times:
    """Return the dates by the only known format that fits all of them, or the only one by which they are in order."""
    formats = [f"{date}{clock}" for date in DATES for clock in CLOCKS]
    fitting = {one: _parsed(texts, one) for one in formats if not np.isnat(_parsed(texts[:1], one)).any()}
    fits = {one: values for one, values in fitting.items() if not np.isnat(values).any()}
    ordered = {one: values for one, values in fits.items() if _in_order(values)}
    chosen = fits if len(fits) == 1 else ordered
    if len(chosen) == 1:
        ((one, values),) = chosen.items()
        return Times(values, f"dates {one}")
    if len(fits) > 1:
        which = " or ".join(f"dates='{one}'" for one in fits)
        raise RequestError(f"{place(0)}: the time looks like '{shape(texts[0])}', which may be {which}: say which")
    if len(fitting) == 1:
        _by_format(texts, next(iter(fitting)), place)  # raises, and names the first that does not fit
    raise RequestError(
        f"{place(0)}: the time looks like '{shape(texts[0])}', which is no ISO date: name its format, such as "
        "dates='%d.%m.%Y'"
    )


def _in_order(values: np.ndarray) -> bool:
    steps = np.diff(values).astype(np.int64)
    return len(steps) > 1 and bool((steps >= 0).all() or (steps <= 0).all())


def _in_utc(values: np.ndarray, zone: str, place: Callable[[int], str]) -> np.ndarray:
    """Convert local times to UTC; the order of rows says which of two equal hours in autumn comes first."""
    import pandas as pd

    if values.dtype.kind != "M":
        raise RequestError(f"{place(0)}: zone= needs dates, but the times are numbers: leave zone out")
    falls = len(values) > 1 and values[0] > values[-1]
    index = pd.DatetimeIndex(values[::-1] if falls else values)
    try:
        aware = index.tz_localize(zone, ambiguous="infer", nonexistent="shift_forward")
    except (KeyError, OSError) as error:  # zoneinfo raises a KeyError, or an OSError for the name of a folder
        raise RequestError(f"zone={zone!r:.40} is no time zone: use a name such as 'Europe/Berlin'") from error
    except ValueError as error:
        if "infer" not in str(error) and "AmbiguousTime" not in type(error).__name__:
            raise RequestError(f"{place(0)}: the times do not fit zone={zone!r:.40}") from error
        aware = index.tz_localize(zone, ambiguous=np.zeros(len(index), bool), nonexistent="shift_forward")
    found = aware.tz_convert(None).to_numpy().astype(MOMENT)
    return found[::-1] if falls else found
