"""Skill: statistics of claims about skill, with runs paired by seed."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS
from suite.claims.claim import Claim, Part
from suite.claims.evidence import (
    SKILL,
    by_task,
    failures,
    memory_lengths,
    over_dates,
    spread,
    unpaired,
    verdicts_by_task,
    which_matter,
)
from suite.claims.scope import Scope
from suite.claims.statistic import PAIR, statistic
from suite.results.results import Results
from suite.text import number, several

PER_DOUBLING = " of skill per doubling of length"


@statistic("skill-difference", architectures=PAIR, counts_failed=True)
def skill_difference(claim: Claim, scope: Scope) -> list[Part]:
    """Return the first architecture's skill minus the second's, averaged over tasks.

    A difference within the claim's margin counts as equality.
    """
    return [difference(claim, scope)]


@statistic("skill-and-baselines", evidence=over_dates, architectures=PAIR, counts_failed=True)
def skill_and_baselines(claim: Claim, scope: Scope) -> list[Part]:
    """Return the difference in skill, and the first architecture's lead over the better baseline of every task."""
    return [difference(claim, scope), _lead(claim, scope)]


@statistic("memory", evidence=memory_lengths, architectures=PAIR, counts_failed=True)
def memory(claim: Claim, scope: Scope) -> list[Part]:
    """Return the difference in skill; the evidence says up to which lengths both architectures solve each sweep."""
    return [difference(claim, scope)]


def without_sweep(results: Results) -> list[str]:
    """Return what the experiment needs if none of its known tasks has two lengths."""
    sweeps = [facts.sweep for facts in results.tasks.values() if facts.length]
    return ["a sweep with two lengths"] if results.tasks and len(set(sweeps)) == len(sweeps) else []


@statistic("slope", lacks=without_sweep, architectures=PAIR, counts_failed=True)
def slope(claim: Claim, scope: Scope) -> list[Part]:
    """Return how much the difference in skill grows with each doubling of length.

    The slope is fitted by least squares within each sweep, then averaged over the sweeps.
    """
    first, second = claim.architectures
    pairs = scope.differences(first, second)
    weights: dict[str, float] = {}
    sloped = [members for members in scope.on(tuple(pairs)).sweeps().values() if len(members) > 1]
    for members in sloped:
        scale = np.log2([scope.results.task(task).length for task in members])
        away = scale - scale.mean()
        weights |= dict(zip(members, away / (away**2).sum() / len(sloped), strict=True))
    return [
        Part(
            f"growth of the skill of {first} minus that of {second} per doubling of length",
            partial(statistics.contrast, [pairs[task] for task in weights], list(weights.values())),
            PER_DOUBLING,
            claim.margin,
            ahead=(first,),
            behind=(second,),
            seen=lambda: by_task({task: pairs[task] for task in weights}),
        )
    ]


@statistic("predictable", tasks=(1, 1), counts_failed=True)
def predictable(claim: Claim, scope: Scope) -> list[Part]:
    """Return the lead over the trivial baseline of the architecture with the highest mean skill.

    The interval is widened to correct for choosing the best of several architectures.
    """
    skills = scope.skills(scope.tasks[0]).dropna(axis="columns", how="all") if len(scope.tasks) == 1 else pd.DataFrame()
    if skills.empty:
        return [Part("skill", partial(statistics.contrast, []), SKILL, claim.margin)]
    task, best = scope.tasks[0], str(_firm(skills).mean().idxmax())
    values, tried = skills[best].dropna(), skills.shape[1]
    trained = scope.results.finals_of(task)["trained_skill"].mean()
    evidence = [f"best of {several(tried, 'architecture')}, its interval widened for the choice"]
    evidence += [f"the trained baseline has a skill of {number(trained)}"] if np.isfinite(trained) else []
    return [
        Part(
            f"skill of {best} over the trivial baseline of {task}",
            lambda level: statistics.student_t(values, 1 - (1 - level) / tried),
            SKILL,
            claim.margin,
            ahead=(best,),
            seen=lambda: evidence,
        )
    ]


def untuned(results: Results) -> list[str]:
    """Return what the experiment needs if it has no control runs."""
    return [] if results.experiment.tuning_control else ["tuning_control=True"]


@statistic("tuning", lacks=untuned, evidence=which_matter, roles=("final", "control"), counts_failed=True)
def tuning(claim: Claim, scope: Scope) -> list[Part]:
    """Return the skill of the best configuration minus that of the default one, with the same seeds and data."""
    names = claim.architectures or tuple(scope.results.architectures)
    tables = {task: scope.gains(task) for task in scope.tasks}
    tables = {task: _firm(table[[name for name in names if name in table]]) for task, table in tables.items()}
    # runs with the same seed share their data, so average architectures for each seed; only tasks are independent
    gains = scope.paired(lambda task: tables[task].mean(axis="columns", skipna=False))
    return [
        Part(
            "skill of the best configuration minus that of the default",
            scope.mean(gains),
            SKILL,
            claim.margin,
            ahead=names,
            behind=names,
            role_behind="control",
            seen=lambda: [
                *by_task({f"{task}, {name}": tables[task][name].to_numpy() for task in gains for name in tables[task]}),
                *failures(scope, names),
                *failures(scope, names, "control"),
            ],
        )
    ]


def difference(claim: Claim, scope: Scope, border: float | None = None) -> Part:
    """Return the difference in skill of the claim's two architectures as a part; a sweep counts as one task."""
    first, second = claim.architectures
    pairs = scope.differences(first, second)
    return Part(
        f"skill of {first} minus that of {second} on {spread(scope, pairs)}",
        scope.mean(pairs),
        SKILL,
        claim.margin,
        border,
        main=True,
        ahead=(first,),
        behind=(second,),
        seen=lambda: [*verdicts_by_task(scope, pairs, first, second), *unpaired(scope, pairs, first, second)],
    )


def _lead(claim: Claim, scope: Scope) -> Part:
    """Return the first architecture's skill minus that of the better baseline of each task, averaged over tasks."""
    first = claim.architectures[0]
    known = scope.paired(partial(_over_baseline, scope, first))
    return Part(
        f"skill of {first} minus that of the best baseline on {spread(scope, known)}",
        scope.mean(known),
        SKILL,
        claim.margin,
        ahead=(first,),
        seen=lambda: [f"over the best baseline: {line}" for line in by_task(known)],
    )


def _over_baseline(scope: Scope, architecture: str, task: str) -> Any:
    skills, trained = scope.skills(task), scope.results.by_seed(task, "trained_skill")
    if architecture not in skills:
        return []
    reference = trained.get(architecture)
    return skills[architecture] - (reference if reference is not None and reference.mean() > 0 else 0)


def _firm(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns with at least five values, or all columns if none has five."""
    enough = table.loc[:, table.count() >= FEWEST_PAIRS]
    return table if enough.empty else enough
