"""Claims: the section that shows every claim with its verdict, its evidence and its sensitivity to changes."""

from typing import Any

from suite.claims.judge import Judgement, judge
from suite.claims.preregistration import registration
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval


@section("claims", "Claims")
def claims(page: Page) -> Content:
    """Return every claim with runs and its evidence, the claims without any, and the preregistration."""
    every = judge(page.results)
    return {
        "claims": [one for one in every if one.n],
        "elsewhere": [one for one in every if not one.n],
        "registration": registration(page.results),
    }


def effect(one: Judgement) -> str:
    """Return the effect as text, with its joint interval, unit and number of pairs; "no runs" if there are none."""
    return interval(Estimate(one.effect, one.low, one.high, one.n), f" {one.unit}") if one.n else "no runs"


def sensitivity(one: Judgement) -> Table:
    """Return one row per sensitivity check of a claim: the change, the verdict after it and the effect."""
    rows = [[check["what"], check["verdict"], _estimate(check)] for check in one.sensitivity]
    caption = "The same, with something changed or left out"
    return Table("sensitivity", caption, ("What", "Verdict", f"Effect ({one.unit})"), rows)


def _estimate(check: dict[str, Any]) -> str:
    found = Estimate(check["effect"], check["low"], check["high"], check["n"])
    return interval(found) if found.n else "no runs"


def verdicts(results: Results) -> Table:
    """Return one row per claim: its verdict, whether it is provisional or fragile, and its effect."""
    rows = [
        [one.claim, one.verdict, "yes" if one.provisional else "no", "yes" if one.fragile else "no", effect(one)]
        for one in judge(results)
    ]
    return Table("verdicts", "Claims and verdicts", ("Claim", "Verdict", "Provisional", "Fragile", "Effect"), rows)
