"""Explanations: sentences, and a table, on what the architecture to use for a task relies on."""

import math

from suite.analysis.explanations import (
    FEATURE,
    INTACT,
    KEPT,
    OCCLUDED,
    ORDER,
    PERMUTED,
    Explained,
    Key,
    enough,
    explained,
    order,
    order_free,
)
from suite.report.findings import presented
from suite.report.naming import cells
from suite.report.tables import Table
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import listed, number, several

BOTH_WAYS = "in both directions"
CHANGES = {
    OCCLUDED: "steps occluded", PERMUTED: "steps permuted across examples", KEPT: "all other steps occluded",
    ORDER: "order of steps shuffled", FEATURE: "feature permuted across examples",
}  # fmt: skip


@remember()
def relies_on(results: Results, task: str) -> list[str]:
    """Return sentences on what the models of the architecture to use rely on, each with its interval; [] if unknown."""
    found = explained(results, task)
    if found is None:
        return []
    the = results.the(found.architecture)
    if not found.skill.low > 0:
        return [
            f"What {the} relies on is open: its skill on these test examples, {skill(found.skill)}, is not shown to be "
            "above 0."
        ]
    return [*_reach(found, the), *_order(results, found), *_features(found)]


def basis(results: Results, task: str) -> str:
    """Say how the sentences of `relies_on` were found, and what they do not say."""
    found = explained(results, task)
    if found is None:
        return ""
    first, one = found.first, found.runs == 1
    sample = f"{first.examples} of {first.of}" if first.examples < first.of else f"all {first.of}"
    occluded = f" Steps are counted back from {first.counted}; an occluded step holds {first.replaced}."
    return (
        f"From {several(found.runs, 'final model')} with {sample} test examples{'' if one else ' each'}."
        f"{occluded if found.of(KEPT) else ''} The 95 % intervals are for "
        f"{'other test examples alone, since there is one model' if one else 'other models and other test examples'}. "
        "All this describes the models, not the world; where several inputs say the same, changing one of them "
        "understates what they are worth together."
    )


def skill(estimate: Estimate) -> str:
    """Return an amount of skill with its interval, such as "0.62 (0.55 to 0.69)"."""
    centre, low, high, _ = estimate
    step = (high - low) / 2
    if not math.isfinite(step):
        return f"{number(centre)} (no interval)"
    return f"{number(centre, step)} ({number(low, step)} to {number(high, step)})"


def share(estimate: Estimate) -> str:
    """Return a share with its interval, such as "91 % (84 % to 98 %)"; "—" where no skill is there to share."""
    centre, low, high, _ = estimate
    if not math.isfinite(centre):
        return "—"
    if not math.isfinite(high - low):
        return f"{_percent(centre)} (no interval)"
    return f"{_percent(centre)} ({_percent(low)} to {_percent(high)})"


def _percent(value: float) -> str:
    """Return a share in per cent; a small negative one that is rounded to 0 has no sign."""
    return f"{number(round(100 * value), 2)} %"


def _reach(found: Explained, the: str) -> list[str]:
    """Say how far back the steps that a model relies on lie."""
    keys, fewest = found.of(KEPT), enough(found)
    if not keys:
        return []
    if fewest:
        last, kept = fewest
        carry = "carries" if last == 1 and not _both_ways(found) else "carry"
        return [f"{_last(found, last)} {carry} {share(kept)} of the skill of {the}."]
    most = keys[-1]
    left, beyond = share(found.share[most]), _last(found, most.last).replace("The", "the")
    if found.share[most].high < 1:
        said = f"Steps all along the sequence count: with {beyond} alone, {the} keeps {left} of its skill."
        return [said, *_span(found)]
    return [f"How far back {the} relies on steps is open: with {beyond} alone, it keeps {left} of its skill."]


def _last(found: Explained, last: int) -> str:
    """Return what to call the last steps, or those nearest to the predicted one."""
    if _both_ways(found):
        return f"The steps up to {last - 1} away from the predicted one"
    steps = f"The last of {found.first.steps} steps" if last == 1 else f"The last {last} of {found.first.steps} steps"
    return steps if found.first.counted.startswith("the end") else f"{steps} up to the predicted one"


def _both_ways(found: Explained) -> bool:
    return found.first.counted.endswith(BOTH_WAYS)


def _span(found: Explained) -> list[str]:
    """Say which span of steps costs most when it is permuted, if this is shown."""
    top = found.costliest(PERMUTED)
    if not top:
        return []
    return [f"{steps(top[0])}, counted back, cost most when permuted across examples: {skill(top[1])} of skill."]


def steps(key: Key) -> str:
    """Return what to call the steps of a change, such as "Steps 6 to 10"."""
    return f"Step {key.first}" if key.first == key.last else f"Steps {key.first} to {key.last}"


def _order(results: Results, found: Explained) -> list[str]:
    """Say whether the order of steps matters to a model, and which order-free opponents are as good."""
    decided = order(found, results.margin)
    if not decided:
        return []
    matters, lost = decided
    ties = order_free(results, found.task, found.architecture)
    named = f"{listed(map(results.the, ties))} {'is' if len(ties) == 1 else 'are'}"
    beside = f" Without knowing the order, {named} practically as good or better." if ties else ""
    said = {
        "yes": "The order of the steps matters to it",
        "no": "The order of the steps does not matter to it",
        "open": "Whether the order of the steps matters to it is open",
    }
    return [f"{said[matters]}: shuffling them costs {skill(lost)} of skill.{beside}"]


def _features(found: Explained) -> list[str]:
    """Say which feature costs most when it is permuted, or that this is open."""
    count, top = len(found.of(FEATURE)), found.costliest(FEATURE)
    if count < 2:
        return []
    what = "features" if count == found.first.features else "groups of features"
    if not top:
        return [f"Which of the {count} {what} it relies on most is open."]
    key, lost = top
    named = f"{found.label(key)} {'costs' if key.first == key.last else 'cost'}"
    return [f"Of the {count} {what}, {named} most when permuted across examples: {skill(lost)} of skill."]


def explanations(results: Results) -> Table:
    """Return one row per change of the inputs of each task's architecture to use."""
    rows = [
        [
            *cells(results, task, found.architecture), CHANGES.get(key.kind, key.kind), _which(found, key), skill(lost),
            share(found.share[key]), str(found.runs), f"{found.first.examples} of {found.first.of}",
        ]
        for task in presented(results)
        if (found := explained(results, task))
        for key, lost in found.lost.items()
        if key.kind != INTACT
    ]  # fmt: skip
    columns = (
        "Task", "Architecture", "Change of the inputs", "Steps (counted back) or features", "Skill lost",
        "Share of skill left", "Models", "Test examples",
    )  # fmt: skip
    caption = (
        "What the models of the architecture to use rely on: the skill that is lost when inputs of test examples are "
        "changed, with 95 % intervals, each by itself. This describes the models, not the world; where several inputs "
        "say the same, changing one of them understates what they are worth together"
    )
    return Table("explanations", caption, columns, rows)


def _which(found: Explained, key: Key) -> str:
    if key.kind == FEATURE:
        return found.label(key)
    return "" if key.kind == ORDER else steps(key).lower()
