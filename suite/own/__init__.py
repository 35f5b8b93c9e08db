"""Your own: a CSV file, a folder of sounds or arrays as a task, a hypermodel as an architecture, in one call."""

from suite.own.arrays import ArrayReader, task_from_arrays
from suite.own.models import applied, architecture_from_hypermodel
from suite.own.series import SeriesReader, series_from_csv
from suite.own.sounds import SoundReader, sounds_from_folder
from suite.own.texts import TextReader, texts_from_csv

READERS = {reader.kind: reader for reader in (ArrayReader, SeriesReader, SoundReader, TextReader)}

__all__ = [
    "READERS",
    "applied",
    "architecture_from_hypermodel",
    "series_from_csv",
    "sounds_from_folder",
    "task_from_arrays",
    "texts_from_csv",
]
