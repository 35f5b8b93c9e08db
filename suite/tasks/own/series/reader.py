"""Reader: reads windows of rows from a table in the same way for training and for new data."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from suite.tasks.data import Preparation
from suite.tasks.datasets.scaling import standardised
from suite.tasks.datasets.windows import windows
from suite.tasks.own.readers import CLASSES, Raw
from suite.tasks.own.series import statics
from suite.tasks.own.series.future import Windows, read_windows
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.settings import Settings


@dataclass(frozen=True)
class SeriesReader(Settings):
    """Reads windows of rows from a table; `Settings` explains the fields."""

    kind: ClassVar[str] = "series"
    needs: ClassVar[tuple[str, ...]] = ("mean", "scale")

    def read(self, path: Path) -> Raw:
        """Read every window of every series; those that show a row at fault are named in `Raw.faults`."""
        return read_windows(self, path)

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, None]:
        """Return every window, scaled by the fitted scale, shape (windows, window, channels)."""
        found: Windows = raw.examples
        scaled = standardised(self.channels(found.rows, fitted), fitted)
        return np.nan_to_num(windows(scaled, found.ends, self.window), nan=0, posinf=np.inf, neginf=-np.inf), None

    def channels(self, rows: Rows, fitted: Preparation) -> np.ndarray:
        """Return the inputs before scaling, (rows, channels): target, features, known columns, static columns.

        A target of words becomes one channel per class. If a change is asked for, the channel of the target holds its
        changes. A known column is shifted by `horizon` rows, so that the last step of a window has its value at the row
        of the last target.
        """
        past = rows.values.shape[1] - len(self.known)
        parts = [rows.values[:, :past]] if past else []
        if self.ask == "change":
            parts = [rows.changes()[:, None], rows.values[:, 1:past]]
        if rows.states is not None:
            parts = [(rows.states[:, None] == np.asarray(fitted[CLASSES])).astype(np.float64), *parts]
        if self.known:
            parts.append(rows.later(rows.values[:, past:], self.horizon))
        if self.static:
            parts.append(statics.channels(rows, fitted))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def labels(self, fitted: Preparation) -> list[str]:
        """Return the name of every channel; "" for a channel that is 1 for one word and 0 for others."""
        first = [""] * len(fitted[CLASSES]) if self.ask == "class" else [self.columns[0]]
        return [*first, *self.columns[1:], *self.known, *statics.labels(self.static, fitted)]

    def shape(self, fitted: Preparation) -> tuple[int, int]:
        """Return the number of rows in a window and the number of channels."""
        return self.window, len(self.labels(fitted))
