"""Texts: a task from a table with a text and a label in each row."""

from suite.tasks.own.texts.declaration import texts_from_csv
from suite.tasks.own.texts.reader import TextReader

__all__ = ["TextReader", "texts_from_csv"]
