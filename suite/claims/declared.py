"""Declared claims: built-in claims, those of plugins, the experiment's own, and those about each task."""

from dataclasses import replace
from typing import Any

from suite.claims.builtin import CLAIMS as BUILT_IN
from suite.claims.builtin import capacities, parallels, predictions, worths
from suite.claims.claim import CLAIMS, Claim
from suite.errors import RequestError
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import Results


def all_claims(results: Results) -> list[Claim]:
    """Return all claims that concern an experiment, each with its margin; those about single tasks come last."""
    declared = declared_claims(results.experiment)
    known = {claim.id for claim in declared}
    of_tasks = [*capacities(results), *parallels(results), *worths(results), *predictions(results)]
    claims = [*declared, *(claim for claim in of_tasks if claim.id not in known)]
    return [with_margin(claim, results) for claim in claims]


def declared_claims(experiment: ExperimentInfo) -> list[Claim]:
    """Return the built-in claims, those of plugins, and those that experiment.json declares.

    If several claims have the same id, the last one counts.
    """
    plugged = [CLAIMS.get(name).claim for name in CLAIMS.names()]
    return list({claim.id: claim for claim in (*BUILT_IN, *plugged, *_own(experiment))}.values())


def with_margin(claim: Claim, results: Results) -> Claim:
    """Return a claim with the experiment's margin, unless the claim has its own margin."""
    return claim if claim.margin is not None else replace(claim, margin=results.margin)


def _own(experiment: ExperimentInfo) -> list[Claim]:
    """Return the claims that experiment.json declares; raise RequestError if one of them cannot be read."""
    try:
        return [Claim(**_read(fields)) for fields in experiment.claims_fixed.get("own") or []]
    except (TypeError, RequestError) as error:
        raise RequestError(f"experiment.json holds a claim that cannot be read: {error}") from error


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the stored fields of a claim without `group`, which version 0.1.0 stored."""
    return {name: value for name, value in fields.items() if name != "group"}
