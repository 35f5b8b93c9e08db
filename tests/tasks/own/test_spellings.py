"""Names that differ by spelling alone are found, whatever the way of writing; other names stay apart."""

import pytest

from suite.errors import RequestError
from suite.tasks.own.spellings import merged
from suite.tasks.sheet import Sheet


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("positive", "Positive"), ("positive", " positive "), ("very good", "very  good"), ("1", "1.0"), ("01", "1"),
        ("-2", "-2.00"), ("1e3", "1000"), ("1,0", "1"), ("\uff11", "1"), ("\uff58", "x"), ("é", "e\u0301"),
        ("straße", "STRASSE"), ("ja\u200b", "ja"), ("好", "好 "),
    ],
)  # fmt: skip
def test_equal_names(name, other):
    with pytest.raises(RequestError, match="differ by spelling alone"):
        merged([name, other], "error", "y", Sheet())
    assert merged([other, name, name], "merge", "y", Sheet())[0] == [name] * 3
    assert merged([name, other], "exact", "y", Sheet()) == ([name, other], Sheet())


@pytest.mark.parametrize(
    ("name", "other"), [("positive", "positiv"), ("1", "10"), ("-1", "1"), ("a b", "ab"), ("c", "c++"), ("1.5", "15")]
)
def test_other_names(name, other):
    assert merged([name, other], "error", "y", Sheet()) == ([name, other], Sheet())


def test_a_message_stays_short():
    with pytest.raises(RequestError) as caught:
        merged(["a" * 500, "A" * 500], "error", "y", Sheet())
    assert len(str(caught.value)) < 250
