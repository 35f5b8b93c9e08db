"""Preregistration: stores a hash of claims, margin, runs and looks in experiment.json before anything runs."""

from collections.abc import Sequence
from typing import Any

from suite.analysis.contrasts import standing
from suite.claims.claim import Claim
from suite.claims.declared import declared_claims
from suite.claims.statistic import STATISTICS, mismatch
from suite.errors import RequestError
from suite.files.strict_json import checksum
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import Results
from suite.text import several

SHOWN = 12
NONE = "none"


def fingerprint(
    claims: Sequence[Claim], margin: float, seeds: int, trials: int, best_of: int, looks: Sequence[int] = ()
) -> str:
    """Return a hash of all fields of the claims and of these settings, as twelve hexadecimal digits.

    In folders made before trials were replicates (`best_of` is 0), the hash covers claims, margin and seeds only.
    """
    content: dict[str, Any] = {"claims": [claim.plain() for claim in claims], "margin": margin, "seeds": seeds}
    content |= {"trials": trials, "best_of": best_of} if best_of else {}
    content |= {"looks": list(looks)} if looks else {}
    return checksum(content, SHOWN)


def fixed(experiment: Any, stored: ExperimentInfo | None, runs_made: bool) -> dict[str, Any]:
    """Return what experiment.json says about claims: `hash`, `own` (as plain values), `count` and `before`.

    `own` has the experiment's own claims; `count` is the number of all declared claims, on which the level of every
    interval in the report depends (`suite.analysis.comparisons.joint_level`), as it does on `looks`: see `looks_after`.
    `trials` is the largest number of trials requested so far.
    `before` lists the earlier hashes if any of these settings changed after the first runs. It contains "none" if
    runs were done while no hash was stored.
    """
    own = [_checked(claim).plain() for claim in experiment.claims]
    declared = declared_claims(ExperimentInfo(claims_fixed={"own": own}))
    sizes = experiment.seeds, experiment.trials, experiment.resolved_best_of, experiment.looks
    now = fingerprint(declared, experiment.margin, *sizes)
    earlier = stored.claims_fixed if stored else {}
    before = list(earlier.get("before") or [])
    if runs_made and earlier.get("hash") != now:
        before.append(earlier.get("hash") or NONE)
    begun = stored if stored and runs_made else ExperimentInfo()
    looks, trials = looks_after(begun, experiment), max(experiment.trials, most_trials(begun))
    return {"hash": now, "own": own, "count": len(declared), "before": before, "looks": looks, "trials": trials}


def looks_after(begun: ExperimentInfo, experiment: Any) -> int:
    """Return how many times verdicts are looked at, counting what was requested in this folder before.

    These are the planned looks, or one without them. Trials that are added by hand are further looks, unless the
    earlier ones were too few for a verdict.
    """
    planned = len(experiment.looks) or 1
    earlier = most_trials(begun)
    if standing(earlier, begun.best_of) == "none":
        return planned
    added = [look for look in experiment.looks or [experiment.trials] if look > earlier]
    return max(planned, begun.looks_counted + len(added))


def most_trials(begun: ExperimentInfo) -> int:
    """Return the largest number of trials per cell that was requested in a folder so far."""
    return max(begun.trials, begun.claims_fixed.get("trials") or 0)


def registration(results: Results) -> str:
    """Say whether claims, margin and numbers of runs were fixed before anything ran, and how many looks there are."""
    return f"{_hashes(results)}{_looks(results.experiment)}"


def _looks(made: ExperimentInfo) -> str:
    """Say how many looks were planned, and whether trials were added by hand; "" if neither is so."""
    planned = f" {several(len(made.looks), 'planned look')}." if made.looks else ""
    added = made.looks_counted > max(len(made.looks), 1)
    return planned + f" Look {made.looks_counted}: trials were added after the first look." * added


def _hashes(results: Results) -> str:
    """Say whether claims, margin and numbers of runs are those that were fixed before anything ran."""
    stored = results.experiment.claims_fixed
    fixed_hash, before = stored.get("hash"), stored.get("before") or []
    if not fixed_hash:
        return "Claims, margin and numbers of runs were not fixed before these runs: no hash is stored."
    made = results.experiment
    now = fingerprint(declared_claims(made), results.margin, made.seeds, made.trials, made.best_of, made.looks)
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
        raise RequestError(f"every claim must be a suite.claims.Claim object, not {claim!r}")
    STATISTICS.get(claim.statistic)  # an unknown name raises RequestError with the closest name
    if mismatch(claim):
        raise RequestError(mismatch(claim))
    return claim
