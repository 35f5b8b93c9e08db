"""Declaration: registers a task on a table with one row per moment, of one series or of several."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest_keyword, one_of
from suite.tasks.declaration import Declaration
from suite.tasks.own.register import CLASSES, FileDeclaration, declare
from suite.tasks.own.series.loading import Cut, load_series
from suite.tasks.own.series.members import series_of_header
from suite.tasks.own.series.reader import SeriesReader
from suite.tasks.own.series.settings import ASKS, horizons_said
from suite.tasks.own.tables.dialect import Dialect, options
from suite.tasks.own.tables.grids import Grid, label_of, path_or_name, places, source
from suite.tasks.own.tables.numerals import is_absent, is_numeral
from suite.tasks.own.tables.table import header
from suite.tasks.task import Task

CHOICES = ("error", "drop", "previous")
GAPS = ("split", "cross")
LOOKED_AT = 200  # rows that decide whether the target is words
DEFAULTS: Declaration = {
    "family": "series",
    "kind": "regression",
    "metric": "mse",
    "baseline": "last-value",
    "trained_baseline": ("lags", "gradient-boosting"),
    "tags": ("real", "series"),
}
# what is asked -> the defaults that differ
CHANGED: dict[str, Declaration] = {
    "value": {},
    "change": {"baseline": "zero"},
    "direction": {**CLASSES, "trained_baseline": ("flattened", "gradient-boosting")},
    "class": {**CLASSES, "trained_baseline": ("flattened", "gradient-boosting")},
}


@closest_keyword
def series_from_csv(
    name: str,
    table: Any,
    *,
    target: str | Sequence[str],
    features: Sequence[str] = (),
    window: int,
    horizon: int | Iterable[int] = 1,
    time: str | Sequence[str] | None = None,
    dates: str = "",
    zone: str = "",
    group: str | None = None,
    known: Sequence[str] = (),
    static: Sequence[str] = (),
    ask: str | None = None,
    split: str | None = None,
    missing: str = "error",
    gaps: str | None = None,
    stride: int = 1,
    examples: int | None = None,
    **more: Unpack[FileDeclaration],
) -> Task:
    """Register a task: from `window` past rows of the target and the features, predict the target `horizon` rows later.

    `table`: a file (text, spreadsheet, JSON, Parquet) or a data frame. `horizon`: a number of rows, or several, such as
    range(1, 8), each of which becomes one output. `ask`: what to predict of the target. "value": its value. "change":
    its relative change since the last row of the window; the target then enters as such changes, too, and the baseline
    is no change. "direction": "up" if it is higher than in that row, otherwise "down". "class": its state. The default
    is "class" for a target of words, and otherwise "value".

    Times: `time` names their column, or two columns (date, time of day); the newest row may come first. time="" says
    that there are no times and the rows are in order. `dates`: the format, as for `strptime`, if it is not recognised.
    `zone`: the time zone of local times. `gaps`: whether windows "cross" gaps in the times (they do by default), or
    gaps "split" the series.

    Several series: `group` names the column with their names. Or `target` names one column for each series, or the part
    of a header of two rows that several columns share, such as "Close". All series are cut at the same times, and their
    inputs are standardised together, by their training windows. `static`: columns that are constant in each series.

    `known`: columns that are known in advance (calendar, plan), up to the row of the last target. `missing`: "error"
    (refuse missing cells), "drop" (leave out their rows) or "previous" (repeat the cell above; such a cell is never a
    target). `stride`: take only every n-th window. `examples`: the largest number of training windows. `more`: how the
    file is written (see `Given`), and arguments of `task` that replace those in DEFAULTS.

    The rows are cut 60/20/20 by time, in the same way for every seed; no window or target crosses a cut. With folds,
    testing walks forward over the last 40 %. `split`: a column that says "train", "validation" or "test"; without
    "validation", the last quarter of the training rows validates. The file and its header are checked here; its cells
    are checked when a run loads them. Raise RequestError, which names the file, row and column, if a check fails.
    """
    for option, value in (("window", window), ("stride", stride), *([("examples", examples)] if examples else [])):
        check_at_least(option, value, 1)
    one_of("missing", missing, CHOICES)
    steps = _horizons(horizon)
    if gaps is not None:
        one_of("gaps", gaps, GAPS)
    given, declared = options(more)
    file = source(table)
    targets, features, known, static = (_names(one) for one in (target, features, known, static))
    features = tuple(column for column in features if column not in targets)
    timed = _timed(time)
    if not timed and (dates or zone):
        raise RequestError(f"{'dates' if dates else 'zone'}= describes the times: name their column with time=")
    found = header(file, Dialect.of(given), [*timed, *static, *(one for one in (group, split) if one)])
    members, wide = series_of_header(found, targets, [*features, *known])
    if members and (group or static):
        raise RequestError("group= and static= need one row per series and moment: name a single column as target=")
    if known and window < steps[-1]:
        raise RequestError(
            f"window={window} is shorter than the longest horizon, {steps[-1]}: with known=, a window must be as long, "
            "because each of its rows shows the known values of one later row"
        )
    if group and not timed and not split:
        raise RequestError("group= needs time=: all series are cut at the same times; or give split=")
    asked = _asked(ask, declared, found, wide[0] if wide else targets[0])
    if asked in ("direction", "class") and len(steps) > 1:
        raise RequestError(f"ask='{asked}' takes one horizon, not {len(steps)}: declare one task for each")
    columns = (targets[0] if len(targets) == 1 else "target", *features)
    reader = SeriesReader(
        columns, window, steps[-1], timed[0] if timed else "", missing, dates, zone, found.dialect,
        clock=timed[1] if len(timed) > 1 else "", group=group or "", known=known, static=static, ask=asked,
        gaps=gaps or "", horizons=steps if len(steps) > 1 else (), members=tuple(members), wide=tuple(wide),
    )  # fmt: skip
    cut = Cut(stride, examples or 0, time == "")
    load = partial(load_series, table=file, reader=reader, **({} if cut == Cut() else {"cut": cut}))
    fields: Declaration = {**DEFAULTS, **CHANGED[asked], "source": path_or_name(file), **declared}
    if asked == "value" and "season" in declared and "trained_baseline" not in declared:
        fields["trained_baseline"] = ("seasonal-naive", *DEFAULTS["trained_baseline"])
    return declare(name, load, _description(reader, label_of(file)), fields, split)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(given, int):  # the name of a column of a data frame
        return (str(given),)
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))


def _timed(time: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns of the times: none, one, or those of dates and of times of day."""
    found = tuple(column for column in _names(time or ()) if column)
    if len(found) > 2:
        raise RequestError(f"time= takes one column, or two (date and time of day), not {len(found)}")
    return found


def _horizons(given: Any) -> tuple[int, ...]:
    """Return the horizons in increasing order. Raise RequestError unless they are whole numbers of at least 1."""
    several = isinstance(given, (range, list, tuple, set, np.ndarray))
    steps = sorted({int(one) if isinstance(one, np.integer) else one for one in given}) if several else [given]
    for one in steps:
        check_at_least("horizon", one, 1)
    if not steps:
        raise RequestError("horizon= names no horizon: give a number of rows, or several, such as range(1, 8)")
    return tuple(steps)


def _asked(ask: str | None, declared: Mapping[str, Any], found: Grid, target: str) -> str:
    """Return what is asked: by default the class if the target is words or a classification is declared."""
    if ask is not None:
        one_of("ask", ask, ASKS)
        return ask
    if declared.get("kind", DEFAULTS["kind"]) == "classification":
        return "class"
    (place,) = places(found, [target])
    cells = [row[place] for _, row in islice(found.rows, LOOKED_AT) if place < len(row)]
    known = [cell.strip() for cell in cells if not is_absent(cell, found.dialect.absent)]
    numeric = sum(is_numeral(cell, found.dialect.marks) for cell in known)
    return "class" if known and 2 * numeric < len(known) else "value"


def _description(reader: SeriesReader, label: str) -> str:
    read = ", ".join([*reader.columns, *reader.known, *reader.static])
    steps = f"{horizons_said(reader.steps)} rows later"
    asks = {
        "change": f"by which share does {reader.columns[0]} change, {steps}?",
        "value": f"what is {reader.columns[0]}, {steps}?",
        "direction": f"is {reader.columns[0]} higher {steps}?",
        "class": f"which state is {reader.columns[0]} in, {steps}?",
    }
    several = f" of {len(reader.members)} series" if reader.members else " of each series" * bool(reader.group)
    return f"{reader.window} rows of {read} in {label}{several}: {asks[reader.ask]}"
