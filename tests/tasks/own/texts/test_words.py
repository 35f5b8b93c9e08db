"""Words keep the marks of their letters, in every script."""

import unicodedata

import pytest

from suite.tasks.own.texts.words import CHARACTERS, WORDS, lacks_words, parts


@pytest.mark.parametrize(
    "text",
    ["नमस्ते दुनिया", "ภาษาไทย ง่ายมาก", "مُحَمَّد قال", "שָׁלוֹם עולם", "don\u2019t été", "می‌خواهم", "ক্ষমা করুন", "ngắn quá"],
)
def test_words_are_what_stands_between_spaces(text):
    for form in ("NFC", "NFD"):
        assert parts(unicodedata.normalize(form, text), WORDS) == unicodedata.normalize("NFC", text).split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("So good!!", ["so", "good", "!", "!"]),
        ("❤️ 👍🏽👩‍👩‍👧ok", ["❤️", "👍🏽", "👩‍👩‍👧", "ok"]),
        ("a\u0301", ["á"]),
        ("\u0301", ["\u0301"]),
    ],
)
def test_signs_are_words_of_their_own(text, words):
    assert parts(text, WORDS) == words


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("ง่าย มาก", ["ง่", "า", "ย", " ", "ม", "า", "ก"]),
        ("दुनिया", ["दु", "नि", "या"]),
        ("Ab  \n c\u0327", ["A", "b", " ", "ç"]),
        ("好👍🏽。", ["好", "👍🏽", "。"]),
    ],
)
def test_characters_keep_their_marks_and_their_case(text, characters):
    assert parts(text, CHARACTERS) == characters


def test_short_words_with_few_spaces_are_words_if_they_repeat():
    assert not lacks_words(["yes", "no"] * 9, [["yes"], ["no"]] * 9)
    assert lacks_words(["abcde", "bcdea"], [["abcde"], ["bcdea"]])


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("อาหารอร่อยมาก บริการดี", True),
        ("我 喜欢 这部 电影", False),
        ("这部电影 很好看。我喜欢", True),
        ("Abrechnungsfehler Jahresrechnung 2023", False),
        ("ACGTTGCA", True),
    ],
)
def test_spaces_between_phrases_are_not_spaces_between_words(text, lacking):
    assert lacks_words([text], [parts(text, WORDS)]) == lacking
