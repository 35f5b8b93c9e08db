"""How an architecture is declared."""

import pytest

from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.architectures.hypermodel import architecture_from_hypermodel
from suite.errors import RequestError


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: architecture("mine", casual=False), "architecture takes no 'casual': did you mean 'causal'?"),
        (
            lambda: architecture_from_hypermodel("mine", lambda hp: None, widths="size"),
            "architecture_from_hypermodel takes no 'widths': did you mean 'width'?",
        ),
    ],
)
def test_an_unknown_keyword_suggests_the_closest_name(declare, message):
    with pytest.raises(RequestError) as refused:
        declare()
    assert str(refused.value) == message


def test_sentences_call_it_by_its_title_or_else_by_its_name():
    for name, title in (("plain", ""), ("echo-state", "echo state network")):
        architecture(name, title=title)(lambda hp, x, *, units, per_step: x)
        assert ARCHITECTURES.get(name).called == (title or name)
    with pytest.raises(RequestError, match="title=None must be one line of at most 60 characters"):
        architecture("nameless", title=None)(lambda hp, x, *, units, per_step: x)
