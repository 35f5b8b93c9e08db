"""Tables: guess whether a table holds texts or series, and which columns say what."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from suite.errors import RequestError, closest
from suite.tasks.own.guesses.guess import Guess
from suite.tasks.own.guesses.profile import Column, Profile, profile
from suite.tasks.own.series import series_from_csv
from suite.tasks.own.tables.grids import lacks_header, source
from suite.tasks.own.tables.numerals import ABSENT, is_absent
from suite.tasks.own.tables.spacing import spacing
from suite.tasks.own.tables.table import LAST_ROWS
from suite.tasks.own.texts.declaration import texts_from_csv

TARGETS = ("target", "y", "close", "adj close", "last", "price", "kurs", "load", "value", "wert", "demand", "sales")
LABELS = ("label", "class", "category", "team", "topic", "sentiment", "stars", "rating", "klasse", "kategorie", "state")
OWNERS = ("customer", "user", "author", "speaker", "patient", "subject", "person", "client", "kunde", "product")
PRICES = ("close", "adj close", "last", "price", "kurs", "open", "high", "low")
MOST_CLASSES = 50
MOST_FEATURES = 6
MOST_WINDOWS = 50_000  # with more rows, training windows are thinned out
# usual step -> a window that spans the next longer rhythm
WINDOWS = {"1 hour": 24, "1 day": 20, "1 month": 12, "3 months": 8, "1 minute": 60, "15 minutes": 96, "30 minutes": 48}
WINDOW = 20
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[AP]M)?", re.IGNORECASE)
COUNTERS = ("time", "date", "timestamp", "hour", "day", "month", "year", "step", "t", "ts", "index", "zeit", "datum")


def of_table(path: Path, name: str, target: str) -> Guess:
    """Return the call that fits a table; `target`: the column to predict, or "" to guess it.

    Raise RequestError if the table cannot be read, or if no column can be a target.
    """
    found = profile(source(path))
    if target and target not in found.table.names:
        raise RequestError(f"'{path}' has no column '{target:.60}': {closest(target, found.table.names)}")
    if lacks_header(found.table):
        raise RequestError(f"'{path}': its first row looks like data: add a row of column names above it")
    text = _text_column(found, target)
    if text and (target or not _times(found) or _few(found, text)):
        return _texts(found, path, name, text, target)
    return _series(found, path, name, target)


def _named(columns: Sequence[Column], names: Sequence[str]) -> Column | None:
    """Return the first column whose name, or a part of it, is among the names, the names in their order."""
    for name in names:
        for one in columns:
            if name in re.split(r"[/_\s]+", one.name.lower()) or one.name.lower() == name:
                return one
    return None


def _text_column(found: Profile, target: str) -> Column | None:
    texts = [one for one in found.columns if one.is_text and one.name != target and one.distinct > MOST_CLASSES]
    return max(texts, key=lambda one: one.words, default=None)


def _texts(found: Profile, path: Path, name: str, text: Column, target: str) -> Guess:
    others = [one for one in found.columns if one.name != text.name and one.moments is None]
    few = _few(found, text)
    label = (
        found.column(target) if target else _named(few, LABELS) or min(few, key=lambda one: one.distinct, default=None)
    )
    if label is None:
        raise RequestError(f"'{path}' has texts, but no column with a few different labels: name it with --target")
    length = int(np.clip(np.quantile([len(cell.split()) for cell in text.cells], 0.95), 10, 200))
    made = Guess(texts_from_csv, name, path, {"text": text.name, "label": label.name, "length": length},
                 {"text": "the column with the longest texts", "label": f"{label.distinct} different values",
                  "length": "95 % of the texts have no more words"})  # fmt: skip
    owner = _named([one for one in others if len(one.cells) / 50 < one.distinct < 0.9 * len(one.cells)], OWNERS)
    return made.plus("group", owner.name, "texts of one owner stay in one split") if owner else made


def _few(found: Profile, text: Column) -> list[Column]:
    """Return the columns beside the texts that have a few different values."""
    others = [one for one in found.columns if one.name != text.name and one.moments is None]
    return [one for one in others if 1 < one.distinct <= min(MOST_CLASSES, len(one.cells) // 3)]


def _series(found: Profile, path: Path, name: str, target: str) -> Guess:
    times = _times(found)
    numbers = [one for one in found.columns if one.is_number and one.varies and one not in times]
    own = found.column(target) if target else _named(numbers, TARGETS) or next(iter(numbers), None)
    if own is None:
        raise RequestError(f"'{path}' has no column of numbers that varies: name one to predict with --target")
    why = "named with --target" if target else "the column to predict: name another with --target"
    made = Guess(series_from_csv, name, path, {"target": _part(found, own)}, {"target": why})
    shared = _part(found, own)
    features = dict.fromkeys(_part(found, one, shared) for one in numbers if one is not own)
    features.pop(shared, None)
    if features:
        why = "the other columns of numbers; leave out what is not known in time"
        made = made.plus("features", [*features][:MOST_FEATURES], why)
    if times:
        names = [one.name for one in times]
        made = made.plus("time", names if len(names) > 1 else names[0])
    return _sized(made, found, own, times)


def _sized(made: Guess, found: Profile, own: Column, times: Sequence[Column]) -> Guess:
    """Return the guess with the series, the window, the horizon and what to do with missing cells and many rows."""
    group = _group(found, times[0] if len(times) == 1 else None)
    if group is not None:
        made = made.plus("group", group.name, f"{group.distinct} series below each other")
    window, why = _window(times, group, found)
    made = made.plus("window", window, f"rows that a model sees; {why}").plus("horizon", 1, "rows ahead")
    if _named([own], PRICES):
        why = 'a price itself is best predicted by its last value; "direction" asks whether it rises'
        made = made.plus("ask", "change", why)
    if found.rows > 4 * MOST_WINDOWS:
        made = made.plus("examples", MOST_WINDOWS, f"training windows, of {found.rows:,} rows")
    if any(one.missing for one in found.columns if one.is_number):
        ends = [cell for one in found.columns if one.is_number for cell in (one.cells[0], one.cells[-1])]
        filled = not any(is_absent(cell, ABSENT) for cell in ends)
        why = "empty cells repeat the one above, but are never a target" if filled else "rows with empty cells"
        made = made.plus("missing", "previous" if filled else "drop", why)
    return made


def _times(found: Profile) -> list[Column]:
    """Return the column of times, or a column of dates and one of clock times; return [] if there is none.

    Numbers count as times if they rise and their column is called like times.
    """
    whole = [one for one in found.columns if one.moments is not None and len(one.moments) >= len(one.cells) - LAST_ROWS]
    clocks = [one for one in found.columns if one.cells and all(map(CLOCK.fullmatch, one.cells))]
    if whole and clocks and len(set(whole[0].cells)) < len(whole[0].cells):
        return [whole[0], clocks[0]]
    counted = [one for one in found.columns if one.name.lower() in COUNTERS and one.rises]
    return (whole or counted)[:1]


def _part(found: Profile, column: Column, target: str = "") -> str:
    """Return the name of a column, or the part of it that other series share, as "Close" of "Close/AAA".

    `target`: the part that the target has; a part of a feature stands in the same row of the header.
    """
    parts = dict(zip(found.table.names, found.table.header, strict=True))
    shared = [part for part in parts[column.name] if sum(part in other for other in parts.values()) > 1]
    rows = {row for own in parts.values() for row, part in enumerate(own) if part == target and len(own) > 1}
    known = [part for part in shared if part.lower() in TARGETS or parts[column.name].index(part) in rows]
    return (known or shared[:1] or [column.name])[0] if len(parts[column.name]) > 1 else column.name


def _group(found: Profile, times: Column | None) -> Column | None:
    """Return the column that names the series, if times repeat and a column of names tells the rows apart."""
    if times is None or times.moments is None or len(np.unique(times.moments)) == len(times.moments):
        return None
    names = [
        one
        for one in found.columns
        if one is not times and one.numbers < 0.1 and 1 < one.distinct <= len(one.cells) // 5
    ]
    pairs = {one.name: len(set(zip(one.cells, times.cells, strict=True))) for one in names}
    whole = [one for one in names if pairs[one.name] == len(times.cells)]
    return min(whole, key=lambda one: one.distinct, default=None)


def _window(times: Sequence[Column], group: Column | None, found: Profile) -> tuple[int, str]:
    usual = "unknown"
    if times and times[0].moments is not None:
        usual = spacing(np.unique(times[0].moments)).usual
    rows = found.rows // max(group.distinct if group else 1, 1)
    known = usual in WINDOWS and len(times) == 1
    window = int(np.clip(rows // 20, 2, WINDOWS[usual] if known else WINDOW))
    return window, f"the rows are {usual} apart" if known else "at most a twentieth of the rows"
