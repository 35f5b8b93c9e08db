"""Loading: cuts the rows of series into windows in three splits, with targets, scale, groups and a data sheet."""

from dataclasses import dataclass, replace

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import fit_rows, standardised
from suite.tasks.datasets.windows import occurrences, windows
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.readers import settings as stored
from suite.tasks.own.series import statics
from suite.tasks.own.series.building import built
from suite.tasks.own.series.gaps import gaps, spacings
from suite.tasks.own.series.reader import SeriesReader
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.sheet import described
from suite.tasks.own.series.splits import given_parts, parts_by_time
from suite.tasks.own.series.targets import Ends, Targets, targets
from suite.tasks.own.series.unused import check_untimed, unused
from suite.tasks.own.tables.grids import Source

FORMAT = "dates %"


@dataclass(frozen=True)
class Cut:
    """Which windows are made: every `stride`-th one, and at most `most` for training (0: all of them).

    `ordered`: whether the user says that the rows are in order although they have no times.
    """

    stride: int = 1
    most: int = 0
    ordered: bool = False


def load_series(
    seed: int, fold: Fold = ONE_SPLIT, *, table: Source, reader: SeriesReader, split: str = "", cut: Cut = Cut()
) -> Data:
    """Load the windows of a table; they are the same for every seed. `split` names the column of given splits."""
    rows, read_as = built(reader, table, split)
    statics.check(rows)
    remark = "" if reader.time or cut.ordered else _untimed(reader, rows, table, split)
    least = reader.window + reader.horizon
    parts = given_parts(rows, split, least) if split else parts_by_time(rows, least, fold)
    found = spacings(rows) if reader.time else []
    crossed = gaps(rows, found) if reader.gaps == "split" else np.zeros(len(rows), bool)
    ends = _ends(rows, parts, crossed, reader, cut.stride)
    _check_windows(rows, reader, ends, split, least)
    asked = targets(reader, rows, ends)
    ends = _thinned(asked.ends, cut.most)
    if read_as.startswith(FORMAT):  # new data are read in the format of the training data, even if it is ambiguous
        reader = replace(reader, dates=read_as.removeprefix(FORMAT[:-1]))
    data = _data(reader, rows, asked.at(ends))
    sheet = described(reader, rows, ends, data.preparation, found, read_as).plus(
        *asked.sheet.notices, looks_like_times=remark, **asked.sheet.facts, **_thinning(asked.ends, ends, cut)
    )
    return replace(data, sheet=sheet)


def _untimed(reader: SeriesReader, rows: Rows, table: Source, split: str) -> str:
    used = [*reader.read_columns, *([split] if split else [])]
    return check_untimed(unused(table, rows.table.dialect, used))


def _ends(rows: Rows, parts: np.ndarray, crossed: np.ndarray, reader: SeriesReader, stride: int) -> Ends:
    """Return the last rows of the windows of each split.

    All rows of a window and its targets are of one series and one split, without a gap between them.
    """
    changes = (np.diff(rows.series) != 0) | (np.diff(parts) != 0) | crossed[:-1]
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1])
    stops = np.append(starts[1:], len(rows))
    ends: dict[str, list[np.ndarray]] = {split: [np.arange(0)] for split in SPLITS}
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if parts[start] < len(SPLITS):
            ends[SPLITS[parts[start]]].append(np.arange(start + reader.window - 1, stop - reader.horizon, stride))
    return {split: _by_time(rows, np.concatenate(own)) for split, own in ends.items()}


def _by_time(rows: Rows, ends: np.ndarray) -> np.ndarray:
    """Return the windows of all series in the order of the times of their last rows."""
    return ends[np.lexsort((rows.series[ends], rows.times[ends]))] if rows.several else ends


def _thinned(ends: Ends, most: int) -> Ends:
    """Return the windows with at most `most` for training, evenly spaced over their order in time."""
    own = ends["train"]
    if not most or len(own) <= most:
        return ends
    return ends | {"train": own[np.linspace(0, len(own) - 1, most).round().astype(int)]}


def _thinning(before: Ends, after: Ends, cut: Cut) -> dict[str, str]:
    left, of = len(after["train"]), len(before["train"])
    facts = {"stride": f"one window every {cut.stride} rows"} if cut.stride > 1 else {}
    return facts | ({"training_windows": f"{left:,} of {of:,}, evenly spaced over time"} if left < of else {})


def _check_windows(rows: Rows, reader: SeriesReader, ends: Ends, split: str, least: int) -> None:
    """Raise RequestError if a split has no window."""
    for name in (name for name, own in ends.items() if not len(own)):
        where = f"{rows.table.name}, column '{split}'" if split else rows.table.name
        piece = "of one series " * rows.several + "without a gap " * (reader.gaps == "split")
        raise RequestError(
            f"{where}: no window fits into the {name} split: a window and its target need {least} rows {piece}there: "
            "make window= or horizon= smaller, or add rows"
        )


def _data(reader: SeriesReader, rows: Rows, asked: Targets) -> Data:
    train = asked.ends["train"]
    fitted = dict(asked.preparation) | statics.fit(rows, np.unique(rows.series[train]))
    channels = reader.channels(rows, fitted)
    scale = fit_rows(channels, occurrences(len(rows), train, reader.window))
    words = np.array([not label for label in reader.labels(fitted)])
    fitted |= {"mean": np.where(words, 0.0, scale["mean"]), "scale": np.where(words, 1.0, scale["scale"])}
    scaled = standardised(channels, fitted)
    training, validation, test = (
        (windows(scaled, asked.ends[split], reader.window), asked.y[split]) for split in SPLITS
    )
    names = np.array(rows.names)
    return Data(
        training,
        validation,
        test,
        times={split: rows.times[end] for split, end in asked.ends.items()},
        groups={split: names[rows.series[end]] for split, end in asked.ends.items()} if rows.several else None,
        preparation=fitted | stored(reader),
    )
