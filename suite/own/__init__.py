"""Your own data: a CSV file, a folder of sounds or arrays, declared as a task in one call."""

from suite.own.arrays import task_from_arrays
from suite.own.series import series_from_csv
from suite.own.sounds import sounds_from_folder
from suite.own.texts import texts_from_csv

__all__ = ["series_from_csv", "sounds_from_folder", "task_from_arrays", "texts_from_csv"]
