"""Judge: turns claims and records into verdicts, each with its interval, evidence and sensitivity."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from suite.analysis.comparisons import joint_level
from suite.analysis.decisions import Standing, Verdict
from suite.analysis.shared_test import on_one_split
from suite.claims.claim import Claim, Part
from suite.claims.decide import Ruling, decide, measure
from suite.claims.declared import all_claims
from suite.claims.evidence import likely, spread
from suite.claims.missing_runs import missing, unmade
from suite.claims.scope import Scope, scope_of
from suite.claims.sensitivity import Check, checks
from suite.claims.settling import settling
from suite.claims.statistic import STATISTICS
from suite.experiment.expected_runs import idle
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import interval, listed, several

ALONE = 0.95


@dataclass(frozen=True)
class Judgement:
    """What the records say about a claim.

    `provisional`: the verdict is settled, but few runs or one search support it, or some of its runs are not done yet.
    `unfinished`: how many of its runs are done, if not all. `fragile`: the verdict changes in a variant, without some
    task, or among the runs that trained. `effect`, `low`, `high` (in `unit`): the effect that decided the claim (larger
    is better for the claim), and the interval that holds simultaneously with all else that the report states; NaN with
    too few runs. `n`: the number of runs behind the effect. `plain`: the claim's own 95 % interval. `p_worse`,
    `p_equal`, `p_better`: the probabilities that the effect is below -margin, within the margin and above it; NaN if
    unknown. `evidence`: sentences. `sensitivity`: dicts with the keys what, verdict, effect, low, high and n.
    `meaning`: what the verdict means for this claim, if its word alone may mislead.
    `command`: does the missing runs once the experiment has what it `needs`; None if no command would help.
    `settling`: what would settle the claim if it is undecided and `command` is None.
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
    unfinished: str = ""
    p_worse: float = np.nan
    p_equal: float = np.nan
    p_better: float = np.nan
    meaning: str = ""
    settling: str = ""


@remember()
def judge(results: Results) -> list[Judgement]:
    """Return the verdict on each claim: built-in claims, those of plugins and of the experiment, predictability.

    All intervals hold simultaneously with everything else that the report states.
    """
    return [_judge(claim, results, joint_level(results)) for claim in all_claims(results)]


def _judge(claim: Claim, results: Results, level: float) -> Judgement:
    scope = scope_of(claim, results)
    parts = measure(claim, scope)
    ruling, unfinished = decide(claim, scope, level, parts), unmade(claim, scope)
    part, estimate, plain = ruling.part, ruling.estimate, ruling.part.interval(ALONE)
    too_few = any(scope.standing(one, one.interval(level).n) is Standing.NONE for one in parts)
    needs, command = missing(claim, scope) if too_few else ("", None)
    others = checks(claim, results, level, parts.index(part)) if estimate.n else []
    settled = ruling.verdict is not Verdict.UNDECIDED
    flipped = any(other.standing is not Standing.NONE and other.verdict != ruling.verdict for _, other, _ in others)
    provisional = settled and (ruling.standing is not Standing.FIRM or bool(unfinished))
    chances = part.chances() if estimate.n else None
    worse, equal, better = chances or (np.nan, np.nan, np.nan)
    return Judgement(
        claim.id,
        claim.claim,
        claim.source,
        ruling.verdict,
        provisional,
        fragile=flipped and settled,
        effect=estimate.centre,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        margin=claim.margin,
        unit=part.unit.strip(),
        sentence=_sentence(ruling, provisional, unfinished, scope),
        evidence=[*ruling.reasons, *likely(chances), *_evidence(claim, scope, level, parts, ruling)],
        sensitivity=[_plain(check) for check in others],
        needs=needs,
        command=command,
        plain=(plain.low, plain.high),
        unfinished=unfinished,
        p_worse=worse,
        p_equal=equal,
        p_better=better,
        meaning=STATISTICS.get(claim.statistic).equal if ruling.verdict is Verdict.EQUAL else "",
        settling=""
        if settled or command or not estimate.n
        else settling(scope, ruling, parts, level, bool(unfinished)),
    )


def _evidence(claim: Claim, scope: Scope, level: float, parts: list[Part], ruling: Ruling) -> list[str]:
    others = [(part, part.interval(level)) for part in parts if part is not ruling.part]
    lines = [f"{part.what}: {interval(found, part.unit)}" for part, found in others if found.n]
    lines += [line for part in parts for line in part.seen()]
    evidence = STATISTICS.get(claim.statistic).evidence if ruling.estimate.n else None
    return lines + (evidence(claim, scope) if evidence else [])


def _plain(check: Check) -> dict[str, Any]:
    what, ruling, (centre, low, high, n) = check
    return {"what": what, "verdict": ruling.verdict, "effect": centre, "low": low, "high": high, "n": n}


def _sentence(ruling: Ruling, provisional: bool, unfinished: str, scope: Scope) -> str:
    """Return the verdict with the tasks and runs that it is about, the effect that decided it, and the budget."""
    part, estimate = ruling.part, ruling.estimate
    if not estimate.n:
        return "Too few runs bear on this claim."
    measured = scope.on(part.tasks or scope.tasks)
    count = len(measured.sweeps())
    tasks = f"{spread(scope, measured.tasks)} ({'one task' if count == 1 else several(count, 'task')}"
    verdict = f"provisionally {ruling.verdict}" if provisional else f"{ruling.verdict}"
    made = f" ({unfinished})" if unfinished else ""
    here = on_one_split(scope.results, *measured.tasks).replace(" (the official one)", ", the official one")
    head = f"{verdict}{made} on {tasks}, {scope.basis(part, estimate.n)}{',' * bool(here)}{here})"
    reasons = f"; {'; '.join(ruling.reasons)}" if ruling.reasons else ""
    effect = f"{part.what} is {interval(estimate, part.unit)}{reasons}"
    return f"{head[0].upper()}{head[1:]}: {effect}. {_budget(scope.results)}".rstrip()


def _budget(results: Results) -> str:
    """Return the budget in words, such as "Budget: 8 trials, 30 epochs and 5000 weights."; "" if there is none."""
    budgets = {key: getattr(results.experiment, key) for key in ("trials", "epochs", "weights")}
    several = {key: "/".join(map(str, count)) if isinstance(count, list) else count for key, count in budgets.items()}
    spent = [f"{count} {key}" for key, count in several.items() if count and key not in idle(results.experiment)]
    most = "at most " if results.experiment.looks else ""
    return f"Budget: {most}{listed(spent)}." if spent else ""
