"""Text reader: reads the texts in a column of a table as words or characters."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Preparation
from suite.tasks.datasets.vocabulary import SPECIAL, UNKNOWN, encode, index
from suite.tasks.own.readers import Raw
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.table import MARK, absent_words, faults_of, read_table
from suite.tasks.own.texts.words import WORDS, parts

UNKNOWN_WORD = str(SPECIAL[UNKNOWN])


@dataclass(frozen=True)
class TextReader:
    """Reads the texts in a `column` of a table; keeps the last (or first) `length` words or characters of each text.

    `missing`: "error" or "drop". `spaced`: if true, split texts at spaces, for a corpus that is already cut into words;
    if false, find the words or characters as `parts` does. `by`: "words" or "characters". `keep`: "last" or "first".
    """

    kind: ClassVar[str] = "texts"
    needs: ClassVar[tuple[str, ...]] = ("vocabulary", "steps")
    column: str
    length: int
    spaced: bool
    missing: str = "error"
    dialect: Dialect = field(default_factory=Dialect)
    by: str = WORDS
    keep: str = "last"

    def read(self, path: Path) -> Raw:
        """Read the words and the row number of every text; a row without a text is a fault of its own."""
        table = read_table(path, [self.column], self.dialect, MARK, absent=absent_words(self.dialect))
        faults = dict(faults_of(table))
        texts = [self.kept(self.split(text)) for text in table.columns[self.column]]
        some = next((words for words in texts if words), None)
        if some is None:
            raise RequestError(f"{faults[0]}; no other row can be read either")
        return Raw(([words or some for words in texts], table.name), {"row": table.rows}, faults=faults)

    def split(self, text: str) -> list[str]:
        """Return all words or characters of a text."""
        return text.split() if self.spaced else parts(text, self.by)

    def kept(self, words: list[str]) -> list[str]:
        """Return the words that are kept of a text."""
        return words[: self.length] if self.keep == "first" else words[-self.length :]

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, None]:
        """Return tokens (texts, fitted `steps`).

        The vocabulary of a generated task contains all its words and no token for unknown words. With such a
        vocabulary, raise RequestError if a text contains another word.
        """
        texts, name = raw.examples
        vocabulary, steps = np.asarray(fitted["vocabulary"]), int(fitted["steps"])
        if UNKNOWN_WORD not in vocabulary:
            known = set(vocabulary.tolist())
            for row in (
                row for row, words in zip(raw.origin["row"], texts, strict=True) if not known.issuperset(words)
            ):
                raise RequestError(
                    f"{name}, row {row}, column '{self.column}' has a word that the task does not have: use its "
                    f"{len(known) - 1} words only"
                )
        return encode(
            index([words[:steps] if self.keep == "first" else words for words in texts]), vocabulary, steps
        ), None

    def shape(self, fitted: Preparation) -> tuple[int, None]:
        """Return (fitted number of steps, None); tokens have no features."""
        return int(fitted["steps"]), None
