"""Sheet: the data sheet of a task says what was read, dropped, filled and guessed when its data were made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from suite.errors import names_of

# a number, a text, a list of texts, the counts of the three splits, or a mapping of names to any of these
Fact = Any


@dataclass(frozen=True)
class Sheet:
    """What is known about a task's data beside the arrays themselves.

    `facts`: label -> number, text, list or mapping, in the order in which they are printed.
    `notices`: sentences about what looks wrong. Each one names the argument that settles it; `suite check` reports
    notices as findings, because nobody but the owner of the data can decide.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def plus(self, *notices: str, **facts: Fact) -> Self:
        """Return the sheet with further facts and notices; underscores in the names of facts become spaces."""
        named = {name.replace("_", " "): fact for name, fact in facts.items() if fact not in (None, "", [], {})}
        return replace(self, facts={**self.facts, **named}, notices=(*self.notices, *filter(None, notices)))

    def plain(self) -> dict[str, Any]:
        """Return the sheet as plain values for JSON."""
        return {"facts": dict(self.facts), "notices": list(self.notices)}

    def lines(self) -> list[str]:
        """Return the sheet as one line per fact, then one line per notice."""
        facts = [f"{label}: {worded(fact)}" for label, fact in self.facts.items()]
        return [*facts, *(f"please check: {notice}" for notice in self.notices)]


def worded(fact: Fact) -> str:
    """Return a fact as text: at most ten names of a list or a mapping."""
    if isinstance(fact, Mapping):
        return names_of([f"{name} {worded(value)}" for name, value in fact.items()])
    if isinstance(fact, (list, tuple)) and all(type(one) is int for one in fact):
        return f"({' / '.join(f'{one:,}' for one in fact)})"  # the counts of the three splits
    if isinstance(fact, (list, tuple)):
        return names_of([worded(one) for one in fact])
    return f"{fact:,.6g}" if isinstance(fact, float) else f"{fact:,}" if type(fact) is int else str(fact)
