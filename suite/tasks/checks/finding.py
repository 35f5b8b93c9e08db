"""Finding: a fault that a rule found in an architecture or a task's data, and the rows that show the fault."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import RequestError, message, shortened

ROWS_SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """A fault: `what` is wrong, the `rows` of a `split` that show it (from 0), and the `rule` that found it."""

    what: str
    split: str = ""
    rows: tuple[int, ...] = ()
    rule: str = ""

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows[:ROWS_SHOWN])) + (", ..." if len(self.rows) > ROWS_SHOWN else "")
        return f"{self.rule}: {self.what}" + (f" ({self.split} rows {shown})" if self.rows else "")


def offending(what: str, split: str, at_fault: np.ndarray | Sequence[bool]) -> list[Finding]:
    """Return a list with one finding about the rows where `at_fault` (examples,) is true, or [] if none is true."""
    rows = tuple(np.flatnonzero(at_fault).tolist())
    return [Finding(f"{what}: {len(rows)} of {len(at_fault)} examples", split, rows)] if rows else []


def rule_name(rule: Callable[..., Iterator[Finding]]) -> str:
    """Return the name that messages use for a rule, such as "contents-apart"."""
    return rule.__name__.replace("_", "-")  # ty: ignore[missing-attribute]  # rules are functions


def applied(rule: Callable[..., Iterator[Finding]], *subject: Any) -> Iterator[Finding]:
    """Yield the findings of a rule; if the rule raises an error, yield the error as a finding."""
    try:
        yield from rule(*subject)
    except Exception as error:  # such as a baseline that cannot read the data
        yield Finding(explained(error))


def explained(error: Exception) -> str:
    """Return an error's message as one short line, after its type unless it is a ValueError or a RequestError."""
    kind = "" if isinstance(error, ValueError | RequestError) else f"{type(error).__name__}: "
    return shortened(kind + " ".join(message(error).split()))
