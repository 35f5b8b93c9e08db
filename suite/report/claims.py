"""Stated: what the report says of a claim's numbers."""

from typing import Any

from suite.claims.judge import Judgement
from suite.report.tables import Table
from suite.statistics import Estimate
from suite.text import interval


def effect(one: Judgement) -> str:
    """Effect with its joint interval, unit and number of pairs; that there are no runs, where there are none."""
    return interval(Estimate(one.effect, one.low, one.high, one.n), f" {one.unit}") if one.n else "no runs"


def sensitivity(one: Judgement) -> Table:
    """The verdict on a claim with something changed or left out, a row a check."""
    rows = [[check["what"], check["verdict"], _estimate(check)] for check in one.sensitivity]
    caption = "The same, with something changed or left out"
    return Table("sensitivity", caption, ("What", "Verdict", f"Effect ({one.unit})"), rows)


def _estimate(check: dict[str, Any]) -> str:
    found = Estimate(*(check[name] for name in ("effect", "low", "high", "n")))
    return interval(found) if found.n else "no runs"


def stated(verdicts: list[Judgement]) -> Table:
    """Every claim with its verdict, to include elsewhere."""
    rows = [
        [one.claim, one.verdict, "yes" if one.provisional else "no", "yes" if one.fragile else "no", effect(one)]
        for one in verdicts
    ]
    return Table("verdicts", "Claims and verdicts", ("Claim", "Verdict", "Provisional", "Fragile", "Effect"), rows)
