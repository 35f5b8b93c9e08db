"""Text sheet: what the data sheet says of texts: how they are read and cut, and how many of their words are unknown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.vocabulary import SPECIAL, UNKNOWN
from suite.tasks.own.texts.words import CHARACTERS, WORDS
from suite.tasks.sheet import Sheet

LARGE = 0.3  # a share of unknown words that is worth a notice
ALIKE = 0.05  # a share of different texts with an equal part, such as a signature, that is worth a notice
NEARLY_ALL = 0.9
OTHER_END = {"last": "first", "first": "last"}


@dataclass(frozen=True)
class Cut:
    """Texts as words or characters: the `whole` texts and what is `kept` of them.

    `keep`: which end is kept. `place`: the file and column, for messages.
    """

    whole: Sequence[list[str]]
    kept: Sequence[list[str]]
    keep: str
    place: str

    @cached_property
    def alike(self) -> float:
        """The share of the texts that were cut, and half of whose kept part equals that of another, different text.

        The half is the outer one, where signatures, footers and greetings stand.
        """
        cut = {tuple(own): self._outer(kept) for own, kept in zip(self.whole, self.kept, strict=True) if own != kept}
        counts = Counter(cut.values())
        return sum(counts[part] > 1 for part in cut.values()) / max(len({*map(tuple, self.whole)}), 1)

    def _outer(self, kept: Sequence[str]) -> tuple[str, ...]:
        half = -(-len(kept) // 2)
        return tuple(kept[:half] if self.keep == "first" else kept[-half:])

    @property
    def warning(self) -> str:
        """What is wrong with the end that is kept, and the way out."""
        other = OTHER_END[self.keep]
        return (
            f"{self.place}: {self.alike:.0%} of the different texts are cut to a part of which half is equal in others"
            f" (as a signature is): say keep='{other}', keep='{self.keep}' or a larger length="
        )

    def check(self) -> None:
        """Raise RequestError if nearly all texts have lost what tells them apart."""
        if self.alike > NEARLY_ALL:
            raise RequestError(self.warning)


def check_known(vocabulary: np.ndarray, by: str, place: str) -> None:
    """Raise RequestError if the vocabulary contains no word."""
    if len(vocabulary) == len(SPECIAL):
        way_out = "say by='characters'" if by == WORDS else "add texts"
        raise RequestError(f"{place}: no {by.removesuffix('s')} occurs twice in the training texts: {way_out}")


def with_texts(sheet: Sheet, cut: Cut, tokens: dict[str, np.ndarray], by: str, settled: Sequence[str]) -> Sheet:
    """Return the sheet with what is known of the texts. `tokens`: split -> tokens (texts, steps).

    `settled`: the arguments that the user gave, whose notices are left out.
    """
    unknown = {split: float((own == UNKNOWN).sum() / np.count_nonzero(own)) for split, own in tokens.items()}
    much = [split for split in ("test", "train") if unknown[split] > LARGE and "by" not in settled]
    other = CHARACTERS if by == WORDS else WORDS
    shortened = sum(own != kept for own, kept in zip(cut.whole, cut.kept, strict=True))
    return sheet.plus(
        *(
            f"{cut.place}: {unknown[split]:.0%} of the {by} of the {split} split are unknown: say by='{other}', "
            f"by='{by}' or a larger words="
            for split in much[:1]
        ),
        cut.warning if cut.alike > ALIKE and "keep" not in settled else "",
        read_as=by if "by" in settled or by == WORDS else f"{by}, because there are hardly any spaces",
        **{f"unknown_{by}": {split: f"{share:.1%}" for split, share in unknown.items()}},
        shortened=f"{shortened:,} of {len(cut.whole):,} texts, to their {cut.keep} {by}" if shortened else "",
    )
