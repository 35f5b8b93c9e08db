"""Settings: how the rows of a table become windows; stored with every model, to read new data in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from suite.tasks.own.tables.dialect import Dialect

ASKS = ("value", "change", "direction", "class")


@dataclass(frozen=True)
class Settings:
    """The settings of a `SeriesReader`; `series_from_csv` explains them.

    `columns`: the target, then the features. `horizon`: the longest one; `horizons`: all of them if there are several.
    `time`: "" if there is no column of times; `clock`: a second column of the times, or "". `members`: the names of
    series beside each other; `wide`: the target, the features and the known columns of the first one, the second, ...
    """

    columns: tuple[str, ...]
    window: int
    horizon: int
    time: str
    missing: str
    dates: str = ""
    zone: str = ""
    dialect: Dialect = field(default_factory=Dialect)
    clock: str = ""
    group: str = ""
    known: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    ask: str = ASKS[0]
    gaps: str = ""
    horizons: tuple[int, ...] = ()
    members: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[int, ...]:
        """Return every horizon, in rows."""
        return self.horizons or (self.horizon,)

    @property
    def timed(self) -> tuple[str, ...]:
        """The columns of the times."""
        return tuple(column for column in (self.time, self.clock) if column)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns of a series that are not beside another: the target, the features and the known columns."""
        return (*self.columns, *self.known)

    def columns_of(self, series: int) -> tuple[str, ...]:
        """Return the columns of a series, given its number: the target, the features and the known columns."""
        count = len(self.own)
        return self.wide[series * count : (series + 1) * count] or self.own

    def past_columns(self, series: int) -> tuple[str, ...]:
        """Return the columns of a series that are known up to the last observation, and those of the times."""
        return (*self.columns_of(series)[: len(self.columns)], *self.timed)

    def known_columns(self, series: int) -> tuple[str, ...]:
        """Return the columns of a series that are known in advance."""
        return self.columns_of(series)[len(self.columns) :]

    @property
    def several(self) -> bool:
        """Whether there are several series."""
        return bool(self.group or self.members)

    @property
    def read_columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        named = (*(self.wide or self.own), *self.timed, *((self.group,) if self.group else ()), *self.static)
        return tuple(dict.fromkeys(named))


def horizons_said(steps: Sequence[int]) -> str:
    """Return horizons in words, such as "1 to 7" or "1, 24"."""
    if len(steps) > 2 and list(steps) == list(range(steps[0], steps[-1] + 1)):
        return f"{steps[0]} to {steps[-1]}"
    return ", ".join(map(str, steps))
