"""Finding: what a rule has against a task's data or an architecture, and the first rows that show it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import RequestError

ROWS_SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """`what` is wrong, in which `rows` of a `split`, counted from 0, and the name of the `rule` that says so."""

    what: str
    split: str = ""
    rows: tuple[int, ...] = ()
    rule: str = ""

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows[:ROWS_SHOWN])) + (", ..." if len(self.rows) > ROWS_SHOWN else "")
        return f"{self.rule}: {self.what}" + (f" ({self.split} rows {shown})" if self.rows else "")


def offending(what: str, split: str, at_fault: np.ndarray | Sequence[bool]) -> list[Finding]:
    """A finding about the rows where `at_fault` (examples,) is true, none where it never is."""
    rows = tuple(np.flatnonzero(at_fault).tolist())
    return [Finding(f"{what}: {len(rows)} of {len(at_fault)} examples", split, rows)] if rows else []


def rule_name(rule: Callable[..., Iterator[Finding]]) -> str:
    """How a rule is called in messages: "contents-apart"."""
    return rule.__name__.replace("_", "-")  # ty: ignore[missing-attribute]  # rules are functions


def applied(rule: Callable[..., Iterator[Finding]], *subject: Any) -> Iterator[Finding]:
    """What a rule finds; that it fails is a finding too."""
    try:
        yield from rule(*subject)
    except Exception as error:  # a baseline that cannot read such data is a finding, not the end
        yield Finding(said(error))


def said(error: Exception) -> str:
    """One line; ValueError and RequestError are how the suite itself names a fault."""
    kind = "" if isinstance(error, ValueError | RequestError) else f"{type(error).__name__}: "
    return kind + " ".join(str(error).split())
