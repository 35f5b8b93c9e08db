"""Winner: the architecture and configuration to use for a task, with the reason, never beyond the comparisons."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from suite.analysis.comparisons import Comparison, Comparisons, compare
from suite.analysis.decisions import FEWEST_PAIRS
from suite.analysis.recommendations import Choice, choose, prices
from suite.errors import RequestError, closest
from suite.results.record import Record
from suite.results.results import Results
from suite.text import interval, listed, number

BASELINES = {"trivial baseline": "baseline", "trained baseline": "trained_baseline"}


@dataclass(frozen=True)
class Best:
    """The recommendation for one task.

    `standing`: "chosen", "undecided" (`between` whom), "behind" (nothing is shown to beat every baseline) or "open"
    (no verdict yet). `architecture`, `hyperparameters` and `weights` are None unless chosen. `provisional`: whether
    fewer than ten pairs of runs stand behind it. `reason`: sentences with the evidence.
    """

    task: str
    standing: str
    architecture: str | None
    hyperparameters: Mapping[str, Any] | None
    weights: float | None
    between: list[str]
    provisional: bool
    reason: str

    @property
    def verdict(self) -> str:
        """What is recommended, in a few words."""
        return {
            "chosen": str(self.architecture),
            "undecided": f"undecided between {listed(self.between)}",
            "behind": "nothing is shown to beat every baseline",
            "open": "no verdict yet",
        }[self.standing]

    def plain(self) -> dict[str, Any]:
        """The fields as plain values, for JSON."""
        return asdict(self)


def best(results: Results, task: str) -> Best:
    """The recommendation for a task; raises RequestError for a task that is not among the results."""
    if task not in results.task_names:
        raise RequestError(f"'{results.store.root}' has no task '{task}': {closest(task, results.task_names)}")
    found = compare(results, task)
    choice = choose(results, [task], {task: found})
    winner = _cheapest(results, task, choice) if choice.standing == "chosen" else None
    record = next(iter(finals(results, task, winner)), None) if winner else None
    candidates = [winner] if winner else [*choice.names, *choice.rivals]
    decisive = _decisive(found, candidates)
    return Best(
        task=task,
        standing=choice.standing,
        architecture=winner,
        hyperparameters=record.hyperparameters if record else None,
        weights=record.weights if record else None,
        between=[] if winner else candidates,
        provisional=any(one.provisional for one in decisive),
        reason=" ".join([*_reasons(results, task, found, candidates), *_price(results, task, choice)]),
    )


def finals(results: Results, task: str, architecture: str) -> list[Record]:
    """The records of the final runs of a cell that ended well, in the order of their seeds."""
    return list(results.successes(task, architecture, "final").values())


def by_validation(results: Results, task: str) -> str | None:
    """The architecture whose final runs have the best mean validation score: no recommendation; None without runs."""
    metric = results.task(task).metric
    scores = {name: validation(finals(results, task, name), metric) for name in results.architectures}
    known = {name: np.mean(values) for name, values in scores.items() if values}
    sign = results.headline(task).sign
    return max(known, key=lambda name: sign * known[name], default=None)


def validation(records: list[Record], metric: str | None) -> list[float]:
    """The validation scores of runs in a metric, those that are known."""
    scores = (record.score(metric, "validation") for record in records)
    return [score for score in scores if score is not None]


def _cheapest(results: Results, task: str, choice: Choice) -> str:
    """Of those practically equal, the one trained in the least time; the most accurate where no time is known."""
    known = prices(results, [task], choice.names).dropna()
    return str(known.index[0]) if len(known) else choice.names[0]


def _decisive(found: Comparisons, candidates: list[str]) -> list[Comparison]:
    """The comparisons that speak of the candidates, or all with a baseline where there are none."""
    pairs = [one for one in found.pairs if {one.first, one.second} & set(candidates)]
    against = [one for one in (*found.trivial, *found.trained) if one.first in candidates or not candidates]
    return [*against, *pairs] if candidates else against


def _reasons(results: Results, task: str, found: Comparisons, candidates: list[str]) -> list[str]:
    """A sentence an architecture: how it stands to the baselines and, where it is a candidate, to the others."""
    if not found.trivial:
        return [f"No final run has a skill yet; a verdict takes {FEWEST_PAIRS} of an architecture."]
    said: dict[str, list[str]] = {}
    for one in _decisive(found, candidates):
        # the one ahead speaks of a pair, unless it is no candidate
        turned = one.second in candidates and one.first not in candidates
        verdict = one.verdict.turned if turned else one.verdict
        subject, other = (one.second, one.first) if turned else (one.first, _named(results, task, one.second))
        by = " by " if verdict.decided else ": "
        said.setdefault(subject, []).append(f"{verdict.against(other)}{by}{interval(one.joint, ' of skill')}")
    doubts = dict.fromkeys(doubt for one in _decisive(found, candidates) for doubt in one.doubts)
    return [f"{name}: {'; '.join(clauses)}." for name, clauses in said.items()] + [f"{doubt}." for doubt in doubts]


def _named(results: Results, task: str, opponent: str) -> str:
    """An architecture as it is, a baseline with its kind: "the trained baseline (lags)"."""
    if opponent not in BASELINES:
        return opponent
    kind = getattr(results.task(task), BASELINES[opponent])
    return f"the {opponent}" + (f" ({kind})" if kind else "")


def _price(results: Results, task: str, choice: Choice) -> list[str]:
    """Why it is this one among equals."""
    if choice.standing != "chosen" or len(choice.names) < 2:
        return []
    paid = (f"{name} {number(value)}" for name, value in prices(results, [task], choice.names).items())
    return [f"Of the practically equal, the cheapest by seconds of training: {listed(paid)}."]
