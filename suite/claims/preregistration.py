"""Preregistration: stores a hash of claims, margin and numbers of runs in experiment.json before anything runs."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from suite.claims.claim import Claim
from suite.claims.declared import declared_claims
from suite.claims.statistic import STATISTICS, mismatch
from suite.errors import RequestError
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import Results

SHOWN = 12
NONE = "none"


def fingerprint(claims: Sequence[Claim], margin: float, seeds: int, trials: int, best_of: int) -> str:
    """Return a hash of all fields of the claims and of these settings, as twelve hexadecimal digits.

    In folders made before trials were replicates (`best_of` is 0), the hash covers claims, margin and seeds only.
    """
    content = {"claims": [claim.plain() for claim in claims], "margin": margin, "seeds": seeds}
    content |= {"trials": trials, "best_of": best_of} if best_of else {}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:SHOWN]


def fixed(experiment: Any, stored: ExperimentInfo | None, runs_made: bool) -> dict[str, Any]:
    """Return what experiment.json says about claims: `hash`, `own` (as plain values), `count` and `before`.

    `own` has the experiment's own claims; `count` is the number of all declared claims, on which the level of every
    interval in the report depends (`suite.analysis.comparisons.joint_level`).
    `before` lists the earlier hashes if any of these settings changed after the first runs. It contains "none" if
    runs were done while no hash was stored.
    """
    own = [_checked(claim).plain() for claim in experiment.claims]
    declared = declared_claims(ExperimentInfo(claims_fixed={"own": own}))
    sizes = experiment.seeds, experiment.trials, experiment.resolved_best_of
    now = fingerprint(declared, experiment.margin, *sizes)
    earlier = stored.claims_fixed if stored else {}
    before = list(earlier.get("before", []))
    if runs_made and earlier.get("hash") != now:
        before.append(earlier.get("hash") or NONE)
    return {"hash": now, "own": own, "count": len(declared), "before": before}


def registration(results: Results) -> str:
    """Say whether claims, margin and numbers of runs are those that were fixed before anything ran."""
    stored = results.experiment.claims_fixed
    fixed_hash, before = stored.get("hash"), stored.get("before") or []
    if not fixed_hash:
        return "Claims, margin and numbers of runs were not fixed before these runs: no hash is stored."
    made = results.experiment
    now = fingerprint(declared_claims(made), results.margin, made.seeds, made.trials, made.best_of)
    if now != fixed_hash:
        return (
            f"Claims, margin or numbers of runs (hash {now}) are not those fixed before the runs (hash {fixed_hash})."
        )
    if NONE in before:
        return f"Claims, margin and numbers of runs were fixed only after the first runs: hash {fixed_hash}."
    if before:
        return (
            f"Claims, margin or numbers of runs changed after the first runs: hash {fixed_hash}, before {before[-1]}."
        )
    return f"Claims, margin and numbers of runs were fixed before anything ran: hash {now}."


def _checked(claim: Any) -> Claim:
    """Return the claim; raise RequestError if it is not a `Claim`, or if its statistic cannot decide it."""
    if not isinstance(claim, Claim):
        raise RequestError(f"claims of an experiment are suite.claims.Claim objects, not {claim!r}")
    STATISTICS.get(claim.statistic)  # an unknown name raises RequestError with the closest name
    if mismatch(claim):
        raise RequestError(mismatch(claim))
    return claim
