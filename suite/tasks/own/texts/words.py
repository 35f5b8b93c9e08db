"""Words: cuts a text into words or characters; the marks of a letter, such as vowels in Hindi or Thai, stay with it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

WORDS, CHARACTERS = "words", "characters"
CONSIDERABLE = 0.2  # a share of words that occur once
# scripts that put no space between words: Thai, Lao, Tibetan and Burmese; Khmer; Japanese; Chinese
UNSPACED = re.compile("[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
PHRASES = 0.15  # in these, a larger share of spaces stands between words, not only between phrases
RARE = 0.02  # in others, a smaller share means that the texts are no words, such as codes


def _marks() -> str:
    """Return all combining marks of Unicode as ranges for a pattern."""
    codes = [code for code in (*range(0x20000), *range(0xE0100, 0xE01F0)) if unicodedata.category(chr(code))[0] == "M"]
    runs = (list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


MARKS = _marks()
JOINED = "\u200c\u200d"  # join the letters of a word, or several signs into one
TONES = "\U0001f3fb-\U0001f3ff"  # of the skin, after an emoji
SIGN = rf"[^\w\s](?:[{MARKS}{TONES}]|\u200d[^\w\s])*"
# words, which may contain apostrophes, and single punctuation marks: every text that is not blank has a match
WORD = re.compile(rf"[\w{MARKS}]+(?:['’{JOINED}]+[\w{MARKS}]+)*|{SIGN}")  # noqa: RUF001  the typeset apostrophe
CHARACTER = re.compile(rf"[\w{MARKS}][{MARKS}]*(?:[{JOINED}]+[{MARKS}]*)*| |{SIGN}")
PATTERNS = {WORDS: WORD, CHARACTERS: CHARACTER}


def parts(text: str, by: str) -> list[str]:
    """Return the words of a text in lower case, or its characters as they are, with one space for any white space.

    Texts are converted to the Unicode form NFC first, in which equal letters are equal characters.
    """
    plain = " ".join(unicodedata.normalize("NFC", text.replace("\0", " ")).split())
    return PATTERNS[by].findall(plain.lower() if by == WORDS else plain)


def lacks_words(texts: Sequence[str], words: Sequence[Sequence[str]]) -> bool:
    """Return whether texts have hardly any spaces, and many of their words occur only once, as in Chinese or Thai."""
    joined = "".join(texts)
    unspaced = len(UNSPACED.findall(joined)) > len(joined) / 2
    if sum(map(str.isspace, joined)) >= (PHRASES if unspaced else RARE) * len(joined):
        return False
    counts = Counter(word for text in words for word in text)
    return sum(count == 1 for count in counts.values()) > CONSIDERABLE * counts.total()
