"""Series sheet: what the data sheet says of series: what was read, their spacing, what was filled, and doubts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from suite.errors import names_of
from suite.tasks.own.arrays.doubts import marker
from suite.tasks.own.series.gaps import blank_lines
from suite.tasks.own.series.reader import SeriesReader
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.targets import Ends
from suite.tasks.own.tables import numerals
from suite.tasks.own.tables.numerals import ABSENT
from suite.tasks.own.tables.spacing import Spacing
from suite.tasks.sheet import Sheet

MUCH = 0.2  # the share of filled cells of a column that is worth a question


def described(
    reader: SeriesReader, rows: Rows, ends: Ends, fitted: Mapping[str, Any], found: list[Spacing], read_as: str
) -> Sheet:
    """Return the data sheet. `found`: the spacing of each series, [] without times. `read_as`: how times were read."""
    made = rows.table.sheet.plus(rows=_counts(reader, rows)).plus(*_filled(reader, rows), **_shares(reader, rows))
    made = made.plus(*_constant(reader, rows, fitted), *_markers(reader, rows)).plus(
        *_series(rows, ends), **_named(rows)
    )
    if reader.time:
        zone = f" in {reader.zone}" if reader.zone else ""
        made = made.plus(*_gaps(reader, rows, found), times=f"{read_as}{zone}", spacing=_spacing(rows, found))
        made = made.plus(order="newest first, read in the opposite order" if rows.turned else "")
    else:
        made = made.plus(_left_out(reader, rows))
    return made.plus(windows={split: len(own) for split, own in ends.items()}, dates=_dates(reader, rows, ends))


def _counts(reader: SeriesReader, rows: Rows) -> dict[str, int]:
    read, used = len(rows.table.rows), len(rows)
    counts = {"read": read}
    if reader.missing == "drop" and read - used - rows.trimmed > 0 and not reader.members:
        counts["dropped"] = read - used - rows.trimmed
    if rows.trimmed:
        counts["before or after its series"] = rows.trimmed
    return counts


def _shares(reader: SeriesReader, rows: Rows) -> dict[str, Any]:
    if reader.missing != "previous":
        return {}
    return {"filled": {name: f"{share:.1%}" for name, share in _filled_shares(reader, rows).items()}}


def _filled_shares(reader: SeriesReader, rows: Rows) -> dict[str, float]:
    """Return column -> the share of its cells that was filled; columns without any are left out."""
    columns = reader.wide or reader.own
    used = np.unique(rows.at)
    shares = {column: float(rows.table.holes[column][used].mean()) for column in dict.fromkeys(columns)}
    return {column: share for column, share in shares.items() if share}


def _filled(reader: SeriesReader, rows: Rows) -> list[str]:
    if reader.missing != "previous":
        return []
    much = {column: share for column, share in _filled_shares(reader, rows).items() if share >= MUCH}
    return [
        f"{share:.0%} of the cells of '{column}' were missing and filled with the value above: say missing='drop' to "
        "leave such rows out"
        for column, share in list(much.items())[:1]
    ]


def _constant(reader: SeriesReader, rows: Rows, fitted: Mapping[str, Any]) -> list[str]:
    """Return a notice about columns that do not vary in the training windows."""
    labels, scale = reader.labels(fitted), np.asarray(fitted["scale"])
    varied = {label for label, size in zip(labels, scale.tolist(), strict=True) if size != 1.0}
    columns = [label for label in dict.fromkeys(labels) if label and label not in varied]
    if not columns:
        return []
    which = f"columns {names_of(columns)} do" if len(columns) > 1 else f"column '{columns[0]}' does"
    way_out = "name another target=" if columns[0] == labels[0] else "leave such columns out of features="
    return [f"the {which} not vary in the training windows (constant): {way_out}"]


def _markers(reader: SeriesReader, rows: Rows) -> list[str]:
    """Return a notice about a number such as -999 that lies far from all others, unless the user gave absent=."""
    if reader.dialect.absent != ABSENT or not len(rows):
        return []
    columns = reader.own[1:] if reader.ask == "class" else reader.own
    found = {column: marker(rows.values[:, place]) for place, column in enumerate(columns)}
    for column, number in ((column, number) for column, number in found.items() if number is not None):
        cells = {cell for own in rows.table.columns.values() for cell in set(own) if _is(cell, number, reader)}
        written = sorted(cells)[:2] or [f"{number:g}"]
        absent = f"absent={written[0]!r}" if len(written) == 1 else f"absent={written!r}"
        fault = f"{number:g} is repeated in column '{column}', far from all other values"
        return [f"{fault}: say {absent} if it means 'missing', or absent=''"]
    return []


def _is(cell: str, number: float, reader: SeriesReader) -> bool:
    return "99" in cell and numerals.number(cell, reader.dialect.marks) == number


def _named(rows: Rows) -> dict[str, str]:
    return {"series": f"{len(rows.names):,} ({names_of(rows.names)})"} if rows.several else {}


def _series(rows: Rows, ends: Ends) -> list[str]:
    """Return a notice about series without any window."""
    used = np.unique(np.concatenate([rows.series[own] for own in ends.values()]))
    short = [name for place, name in enumerate(rows.names) if place not in used]
    if not short:
        return []
    return [
        f"{len(short)} of {len(rows.names)} series are too short for one window and are left out: {names_of(short)}: "
        "make window= smaller"
    ]


def _spacing(rows: Rows, found: list[Spacing]) -> str:
    """Return the spacing of the longest series in words."""
    longest = int(np.diff(rows.bounds()).argmax())
    which = f" ({rows.names[longest]})" if rows.several else ""
    return f"{found[longest].said}{which}"


def _gaps(reader: SeriesReader, rows: Rows, found: list[Spacing]) -> list[str]:
    """Return notices about holes and changes of the clock that no argument settles."""
    holes = [one for one in found if len(_without_clock(one))]
    clock = sum(len(one.clock) for one in found)
    notices = []
    if holes and not reader.gaps:
        places = sum(len(_without_clock(one)) for one in holes)
        first = next(place for place, one in enumerate(found) if len(_without_clock(one)))
        row = int(rows.at[rows.bounds()[first] + _without_clock(found[first])[0]])
        missing = sum(one.missing for one in holes)
        notices.append(
            f"about {missing:,} steps are missing in {places:,} gap{'s' * (places > 1)} of the times (the first after "
            f"row {rows.table.rows[row]}), and windows cross them: say gaps='split' or gaps='cross'"
        )
    if clock and not reader.gaps and not reader.zone:
        notices.append(
            f"the clock seems to go forward {clock} time{'s' * (clock > 1)} in local times: name the time zone with "
            "zone=, such as 'Europe/Berlin', or say gaps='cross'"
        )
    return notices


def _left_out(reader: SeriesReader, rows: Rows) -> str:
    """Return a notice about rows without times that windows cross: dropped ones, or blank lines of a single column."""
    dropped, blank = int(rows.breaks.sum()), int(blank_lines(rows).sum())
    if reader.gaps or not (dropped or blank):
        return ""
    what = f"rows were left out in {dropped:,} places" if dropped else f"the column has blank lines in {blank:,} places"
    return f"{what}, and windows cross them: say gaps='split' or gaps='cross'"


def _without_clock(one: Spacing) -> np.ndarray:
    return np.setdiff1d(one.holes, one.clock)


def _dates(reader: SeriesReader, rows: Rows, ends: Ends) -> dict[str, str]:
    """Return the times of the first row and of the last target of each split."""
    spans = {
        split: (rows.times[own - reader.window + 1], rows.times[own + reader.horizon]) for split, own in ends.items()
    }
    return {split: f"{_date(first.min())} to {_date(last.max())}" for split, (first, last) in spans.items()}


def _date(time: Any) -> str:
    return str(np.datetime_as_string(time, unit="auto")) if isinstance(time, np.datetime64) else f"{time:.10g}"
