"""Judging: claims and records -> verdicts, each with its interval, its evidence and its sensitivity."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from suite.analysis.decisions import FEWEST_PAIRS, Verdict, is_provisional
from suite.claims.builtin import CLAIMS as BUILT_IN
from suite.claims.builtin import predictions
from suite.claims.claim import CLAIMS, STATISTICS, Claim, Part, declared_in
from suite.claims.decide import Ruling, decide, measure
from suite.claims.missing_runs import concerns, fails, missing, unmade
from suite.claims.scope import Scope
from suite.experiment.expected_runs import idle
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, listed, number

ERROR = 0.05


@dataclass(frozen=True)
class Judgement:
    """What the records say of a claim.

    `provisional`: fewer than ten pairs support the verdict, or some of its runs are not made yet. `fragile`: the
    verdict changes in a variant, without some task, or with failed runs counted as the worst outcome. `effect`, `low`,
    `high`, `n`, in `unit`: the effect that decided, larger is better for the claim, with the interval that holds for
    all claims of the group together, and its pairs; NaN and 0 without runs. `plain`: the 95 % interval of the claim by
    itself. `evidence`: sentences. `sensitivity`: dicts of what, verdict, effect, low, high, n. `command`: makes the
    missing runs once the experiment has what it `needs`; None where it would not help.
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
    margin: float
    unit: str
    sentence: str
    evidence: list[str] = field(default_factory=list)
    sensitivity: list[dict[str, Any]] = field(default_factory=list)
    needs: str = ""
    command: str | None = None
    plain: tuple[float, float] = (np.nan, np.nan)


def judge(results: Results) -> list[Judgement]:
    """Every claim with its verdict: built-in ones, those of plugins and of the experiment, predictability last."""
    claims = [_with_margin(claim, results) for claim in all_claims(results)]
    measured = {claim.id: measure(claim, scope_of(claim, results)) for claim in claims}
    runs = Counter(claim.group for claim in claims if _has_runs(measured[claim.id]))
    return [
        _judge(claim, results, measured[claim.id], 1 - ERROR / max(runs[claim.group], 1))
        for claim in claims
    ]  # fmt: skip


def all_claims(results: Results) -> list[Claim]:
    """The claims that concern an experiment; an id of its own replaces a built-in claim's."""
    declared = declared_claims(results.experiment)
    known = {claim.id for claim in declared}
    return [*declared, *(claim for claim in predictions(results) if claim.id not in known)]


def declared_claims(experiment: ExperimentInfo) -> list[Claim]:
    """The built-in claims, those of plugins, and those that an experiment.json holds of its own."""
    plugged = [CLAIMS.get(name).content for name in CLAIMS.names()]
    return list({claim.id: claim for claim in (*BUILT_IN, *plugged, *declared_in(experiment))}.values())


def scope_of(claim: Claim, results: Results, failed_as_worst: bool = False) -> Scope:
    """The tasks of some results that a claim is about."""
    named = [task for task in results.task_names if concerns(claim, results, task)]
    return Scope(results, tuple(named), failed_as_worst)


def further(claim: Claim, scope: Scope) -> list[str]:
    """What the statistic of a claim has to say beside its parts."""
    evidence = STATISTICS.get(claim.statistic).evidence
    return evidence(claim, scope) if evidence else []


def _judge(claim: Claim, results: Results, parts: list[Part], level: float) -> Judgement:
    scope = scope_of(claim, results)
    ruling, unfinished = decide(claim, scope, level, parts), unmade(claim, scope)
    centre, low, high, n = ruling.estimate
    ruling = replace(ruling, reasons=(*ruling.reasons, *(unfinished if n else ())))
    plain = ruling.part.interval(1 - ERROR)
    seen = [line for part in parts for line in part.seen()] + (further(claim, scope) if n else [])
    place = parts.index(ruling.part)
    too_few = any(part.interval(level).n < FEWEST_PAIRS for part in parts)
    needs, command = missing(claim, scope) if too_few else ("", None)
    checks = [_check(what, claim, other, level, place) for what, other in _others(claim, results)] if n else []
    flipped = [one for one in checks if one["n"] >= FEWEST_PAIRS and one["verdict"] != ruling.verdict]
    return Judgement(
        claim.id,
        claim.claim,
        claim.source,
        ruling.verdict,
        provisional=is_provisional(ruling.pairs) or bool(n and unfinished),
        fragile=bool(flipped) and ruling.verdict is not Verdict.UNDECIDED,
        effect=centre,
        low=low,
        high=high,
        n=n,
        margin=claim.margin,
        unit=ruling.part.unit.strip(),
        sentence=_sentence(ruling, plain, results),
        evidence=[*ruling.reasons, *_other_parts(parts, ruling, level), *seen],
        sensitivity=checks,
        needs=needs,
        command=command,
        plain=(plain.low, plain.high),
    )


def _others(claim: Claim, results: Results) -> list[tuple[str, Scope]]:
    """The scopes in which a verdict should hold as well: variants, each task left out, failed runs as the worst."""
    scope = scope_of(claim, results)
    found = [(f"variant: {name}", scope_of(claim, variant)) for name, variant in results.variants.items()]
    sweeps = scope.sweeps()
    if len(sweeps) > 1:
        for name, members in sweeps.items():
            rest = [task for task in scope.tasks if task not in members]
            found.append((f"without {name}", scope.on(rest)))
    if fails(claim, scope):
        found.append(("failed runs as the worst outcome", replace(scope, failed_as_worst=True)))
    return found


def _check(what: str, claim: Claim, scope: Scope, level: float, place: int) -> dict[str, Any]:
    """The verdict in another scope, with its estimate of the effect that decided in the whole."""
    parts = measure(claim, scope)
    ruling = decide(claim, scope, level, parts)
    centre, low, high, n = parts[place].interval(level) if place < len(parts) else ruling.estimate
    return {"what": what, "verdict": ruling.verdict, "effect": centre, "low": low, "high": high, "n": n}


def _has_runs(parts: list[Part]) -> bool:
    return any(part.interval(1 - ERROR).n for part in parts)


def _with_margin(claim: Claim, results: Results) -> Claim:
    return claim if claim.margin is not None else replace(claim, margin=results.margin)


def _sentence(ruling: Ruling, plain: Estimate, results: Results) -> str:
    """What was seen, in one sentence."""
    part, estimate = ruling.part, ruling.estimate
    if not estimate.n:
        return "No runs that could tell."
    said = f"{part.what[0].upper()}{part.what[1:]}: {interval(estimate, part.unit)}"
    alone = f", by itself {number(plain.low, _step(plain))} to {number(plain.high, _step(plain))}"
    why = f"; {'; '.join(ruling.reasons)}" if ruling.reasons else ""
    return f"{said}{alone if np.isfinite(plain.low) else ''}{why}. {_budget(results)}"


def _step(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _budget(results: Results) -> str:
    """ "Budget: 8 trials, 30 epochs, 5000 weights."."""
    declared = results.experiment
    known = [key for key in ("trials", "epochs", "weights") if declared.get(key) and key not in idle(declared)]
    spent = [f"{declared[key]} {key}" for key in known]
    return f"Budget: {listed(spent)}." if spent else ""


def _other_parts(parts: list[Part], ruling: Ruling, level: float) -> list[str]:
    others = [(part, part.interval(level)) for part in parts if part is not ruling.part]
    return [f"{part.what}: {interval(found, part.unit)}" for part, found in others if found.n]
