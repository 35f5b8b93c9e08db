"""How an architecture is declared."""

import pytest

from suite.architectures.architecture import architecture
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
