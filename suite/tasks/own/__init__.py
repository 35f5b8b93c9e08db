"""Your own data: one call turns a table, a folder of sounds, or arrays into a task."""

from suite.tasks.own.arrays import ArrayReader, task_from_arrays, tasks_from_archive
from suite.tasks.own.readers import Reader
from suite.tasks.own.series import SeriesReader, series_from_csv
from suite.tasks.own.sounds import SoundReader, sounds_from_folder
from suite.tasks.own.texts import TextReader, texts_from_csv

READERS: dict[str, type[Reader]] = {
    reader.kind: reader for reader in (ArrayReader, SeriesReader, SoundReader, TextReader)
}

__all__ = [
    "READERS", "series_from_csv", "sounds_from_folder", "task_from_arrays", "tasks_from_archive", "texts_from_csv",
]  # fmt: skip
