"""Judge: turns claims and records into verdicts, each with its interval, evidence and sensitivity."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from suite.analysis.decisions import FEWEST_PAIRS, Verdict, is_provisional
from suite.claims.claim import Claim, Part
from suite.claims.decide import Ruling, decide, measure
from suite.claims.declared import all_claims
from suite.claims.missing_runs import missing, unmade
from suite.claims.scope import scope_of
from suite.claims.sensitivity import checks
from suite.claims.statistic import STATISTICS
from suite.experiment.expected_runs import idle
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, listed, number

ERROR = 0.05


@dataclass(frozen=True)
class Judgement:
    """What the records say about a claim.

    `provisional`: only five to nine pairs support the verdict, or some of its runs are not done yet. `fragile`: the
    verdict changes in a variant, without some task, or with failed runs counted as the worst outcome. `effect`, `low`,
    `high` (in `unit`): the effect that decided the claim (larger is better for the claim), and the interval that holds
    simultaneously for all claims of the group; NaN without runs. `n`: the number of pairs behind the effect. `plain`:
    the claim's own 95 % interval. `evidence`: sentences. `sensitivity`: dicts with the keys what, verdict, effect, low,
    high and n. `command`: does the missing runs once the experiment has what it `needs`; None if no command would
    help.
    """

    id: str
    claim: str
    source: str
    verdict: Verdict
    provisional: bool
    fragile: bool
    effect: float
    low: float
    high: float
    n: int
    margin: float | None
    unit: str
    sentence: str
    evidence: list[str] = field(default_factory=list)
    sensitivity: list[dict[str, Any]] = field(default_factory=list)
    needs: str = ""
    command: str | None = None
    plain: tuple[float, float] = (np.nan, np.nan)


@remember()
def judge(results: Results) -> list[Judgement]:
    """Return the verdict on each claim: built-in claims, those of plugins and of the experiment, predictability."""
    claims = all_claims(results)
    measured = {claim.id: measure(claim, scope_of(claim, results)) for claim in claims}
    runs = Counter(claim.group for claim in claims if any(part.interval(1 - ERROR).n for part in measured[claim.id]))
    return [
        _judge(claim, results, measured[claim.id], 1 - ERROR / max(runs[claim.group], 1))
        for claim in claims
    ]  # fmt: skip


def _judge(claim: Claim, results: Results, parts: list[Part], level: float) -> Judgement:
    scope = scope_of(claim, results)
    ruling, unfinished = decide(claim, scope, level, parts), unmade(claim, scope)
    n = ruling.estimate.n
    ruling = replace(ruling, reasons=(*ruling.reasons, *(unfinished if n else ())))
    plain = ruling.part.interval(1 - ERROR)
    statements = [line for part in parts for line in part.seen()]
    evidence = STATISTICS.get(claim.statistic).evidence if n else None
    statements += evidence(claim, scope) if evidence else []
    too_few = any(part.interval(level).n < FEWEST_PAIRS for part in parts)
    needs, command = missing(claim, scope) if too_few else ("", None)
    others = checks(claim, results, level, parts.index(ruling.part)) if n else []
    flipped = any(one["n"] >= FEWEST_PAIRS and one["verdict"] != ruling.verdict for one in others)
    return Judgement(
        claim.id,
        claim.claim,
        claim.source,
        ruling.verdict,
        provisional=is_provisional(ruling.pairs) or bool(n and unfinished),
        fragile=flipped and ruling.verdict is not Verdict.UNDECIDED,
        effect=ruling.estimate.centre,
        low=ruling.estimate.low,
        high=ruling.estimate.high,
        n=n,
        margin=claim.margin,
        unit=ruling.part.unit.strip(),
        sentence=_sentence(ruling, plain, results),
        evidence=[*ruling.reasons, *_other_parts(parts, ruling, level), *statements],
        sensitivity=others,
        needs=needs,
        command=command,
        plain=(plain.low, plain.high),
    )


def _sentence(ruling: Ruling, plain: Estimate, results: Results) -> str:
    """Return one sentence about the effect that decided the claim, and one about the budget."""
    part, estimate = ruling.part, ruling.estimate
    if not estimate.n:
        return "No runs bear on this claim."
    effect = f"{part.what[0].upper()}{part.what[1:]}: {interval(estimate, part.unit)}"
    step = (plain.high - plain.low) / 2
    alone = f", by itself {number(plain.low, step)} to {number(plain.high, step)}" if np.isfinite(plain.low) else ""
    reasons = f"; {'; '.join(ruling.reasons)}" if ruling.reasons else ""
    return f"{effect}{alone}{reasons}. {_budget(results)}"


def _budget(results: Results) -> str:
    """Return the budget in words, such as "Budget: 8 trials, 30 epochs and 5000 weights."; "" if there is none."""
    budgets = {key: getattr(results.experiment, key) for key in ("trials", "epochs", "weights")}
    spent = [f"{count} {key}" for key, count in budgets.items() if count and key not in idle(results.experiment)]
    return f"Budget: {listed(spent)}." if spent else ""


def _other_parts(parts: list[Part], ruling: Ruling, level: float) -> list[str]:
    others = [(part, part.interval(level)) for part in parts if part is not ruling.part]
    return [f"{part.what}: {interval(found, part.unit)}" for part, found in others if found.n]
