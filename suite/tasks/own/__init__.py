"""Your own data: one call turns a CSV file, a folder of sounds, or arrays into a task."""

from suite.tasks.own.array_reader import ArrayReader
from suite.tasks.own.arrays import task_from_arrays
from suite.tasks.own.readers import Reader
from suite.tasks.own.series import SeriesReader, series_from_csv
from suite.tasks.own.sounds import SoundReader, sounds_from_folder
from suite.tasks.own.text_reader import TextReader
from suite.tasks.own.texts import texts_from_csv

READERS: dict[str, type[Reader]] = {
    reader.kind: reader for reader in (ArrayReader, SeriesReader, SoundReader, TextReader)
}

__all__ = ["READERS", "series_from_csv", "sounds_from_folder", "task_from_arrays", "texts_from_csv"]
