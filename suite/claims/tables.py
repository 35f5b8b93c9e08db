"""Tables: verdicts as a data frame, as plain values and as lines of text."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from suite.claims.judge import Judgement
from suite.statistics import Estimate
from suite.text import interval

CHANCES = ("p_worse", "p_equal", "p_better")
COLUMNS = ("id", "verdict", "provisional", "fragile", "effect", "low", "high", "n", "margin", "sentence", *CHANCES)
BESIDE = ("claim", "source", "unit", "plain", "evidence", "sensitivity", "needs", "command", "unfinished", "settling")


def frame(verdicts: Sequence[Judgement]) -> pd.DataFrame:
    """Return a data frame with one row per claim and the columns of claims.csv."""
    return pd.DataFrame([asdict(one) for one in verdicts], columns=COLUMNS)


def plain(verdicts: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Return one dict per claim for JSON, with the columns of claims.csv and the remaining fields."""
    return [{name: getattr(one, name) for name in (*COLUMNS, *BESIDE)} for one in verdicts]


def lines(verdicts: Sequence[Judgement]) -> Iterator[str]:
    """Yield each claim with its verdict, evidence and sensitivity, and the command that would settle it."""
    for one in verdicts:
        yield f"{one.claim}: {in_words(one)}"
        yield f"  {one.sentence}"
        yield from (f"  - {line}" for line in one.evidence)
        yield from (f"  - {_check(check, one.unit)}" for check in one.sensitivity)
        if one.command or one.settling:
            yield f"  - to settle it: {first(one)}{one.command or one.settling}"


def in_words(one: Judgement) -> str:
    """Return a verdict in words: "supported, provisional, fragile", or "undecided (60 of 80 runs done)".

    What the verdict means for this claim follows, if its word alone may mislead.
    """
    verdict = f"{one.verdict} ({one.unfinished})" if one.unfinished else f"{one.verdict}"
    words = ", ".join([verdict, *(word for word in ("provisional", "fragile") if getattr(one, word))])
    return f"{words}: {one.meaning}" if one.meaning else words


def first(one: Judgement) -> str:
    """Return text that says what to do before the command for a claim's missing runs; "" if there is nothing to do."""
    return f"first give the experiment {one.needs}; then " if one.needs else ""


def _check(check: dict[str, Any], unit: str) -> str:
    estimate = Estimate(*(check[name] for name in ("effect", "low", "high", "n")))
    return f"{check['what']}: {check['verdict']}, {interval(estimate, f' {unit}')}"
