"""Series: tasks from a table with one row per moment, of one series or of several."""

from suite.tasks.own.series.declaration import series_from_csv
from suite.tasks.own.series.reader import SeriesReader

__all__ = ["SeriesReader", "series_from_csv"]
