"""Fixing: claims, margin and seeds are hashed into experiment.json before anything runs, and compared afterwards."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from suite.claims.claim import STATISTICS, Claim, misfit
from suite.claims.judge import declared_claims
from suite.errors import RequestError
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import Results

SHOWN = 12
NONE = "none"


def fingerprint(claims: Sequence[Claim], margin: float, seeds: int) -> str:
    """Twelve hexadecimal digits that change with any field of a claim, with the margin and with the number of seeds."""
    content = {"claims": [claim.plain() for claim in claims], "margin": margin, "seeds": seeds}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:SHOWN]


def fixed(experiment: Any, stored: ExperimentInfo | None, runs_made: bool) -> dict[str, Any]:
    """What experiment.json says of claims: `hash`, `own` claims as plain values, and `before`.

    `before`: the hashes that stood there while runs were made, where claims, margin or seeds changed afterwards; "none"
    for runs made when no hash was stored.
    """
    own = [_checked(claim).plain() for claim in experiment.claims]
    now = fingerprint(declared_claims(ExperimentInfo(claims_fixed={"own": own})), experiment.margin, experiment.seeds)
    earlier = stored.claims_fixed if stored else {}
    before = list(earlier.get("before", []))
    if runs_made and earlier.get("hash") != now:
        before.append(earlier.get("hash") or NONE)
    return {"hash": now, "own": own, "before": before}


def _checked(claim: Any) -> Claim:
    """The claim of an experiment; raises RequestError for what is none, or cannot be decided."""
    if not isinstance(claim, Claim):
        raise RequestError(f"claims of an experiment are suite.claims.Claim objects, not {claim!r}")
    STATISTICS.get(claim.statistic)
    if misfit(claim):
        raise RequestError(misfit(claim))
    return claim


def registration(results: Results) -> str:
    """In a sentence: whether claims, margin and seeds are those that were fixed before anything ran."""
    kept = results.experiment.claims_fixed
    if not kept.get("hash"):
        return "Claims, margin and seeds were not fixed before these runs: no hash is stored."
    now = fingerprint(declared_claims(results.experiment), results.margin, results.experiment.seeds)
    if now != kept["hash"]:
        return f"The claims judged here (hash {now}) are not those fixed before the runs (hash {kept['hash']})."
    if NONE in kept.get("before", []):
        return f"Claims, margin and seeds were fixed after runs had been made: hash {kept['hash']}."
    if kept.get("before"):
        return (
            f"Claims, margin or seeds changed after runs were made: hash {kept['hash']}, before {kept['before'][-1]}."
        )
    return f"Claims, margin and seeds were fixed before anything ran: hash {now}."
