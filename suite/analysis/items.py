"""Items: how much an effect would vary with other test examples, from what every stored test example contributed.

Real tasks test all replicates on the same examples, or on a few test splits of the same data. On one split, intervals
over replicates alone say nothing about other speakers, texts or days. Runs store what each test example contributes to
their score (`Metric.items`). The same effect is computed from these contributions, and its variance from clusters of
examples: groups such as speakers, blocks of dates, or single examples (Miller 2024, Adding error bars to evals).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import special

from suite.analysis.blocks import block_sums
from suite.analysis.replicates import TRAINED, replicates
from suite.results.record import Record
from suite.results.remember import remember
from suite.results.results import Results

DATE = "date"


@dataclass(frozen=True)
class HeldOut:
    """A test split on which some of a task's replicates were scored.

    `clusters` (n,): the cluster of every example. `unit`: what a cluster is: "group", "date" or "example". `skills`:
    architecture or TRAINED -> replicate number -> what every example contributes to the skill (n,).
    """

    clusters: np.ndarray
    unit: str
    skills: dict[str, dict[int, np.ndarray]]


class Spread(NamedTuple):
    """The variance of an effect between test examples, and the number of independent clusters that show it."""

    variance: float
    clusters: int

    def reach(self, level: float) -> float:
        """Return the half-width of an interval of this level (Student's t); infinite with a single cluster."""
        if self.clusters < 2:
            return np.inf
        return float(-special.stdtrit(self.clusters - 1, (1 - level) / 2) * np.sqrt(self.variance))


class Choice(NamedTuple):
    """A term of an effect: a weight, the name of its skills, and each replicate's chance of being chosen."""

    weight: float
    name: str
    chances: Mapping[int, float]


@remember()
def held_out(results: Results, task: str) -> list[HeldOut]:
    """Return the test splits of a task's replicates; [] if what their examples contributed is not stored."""
    role, perfect = replicates(results, task).role, results.headline(task).perfect
    found: dict[bytes, HeldOut] = {}
    for record in results.records_of(task):
        if record.role != role or not record.ok:
            continue
        facts, items = stored_items(results, record)
        if items is None:
            return []
        clusters = np.asarray(facts["cluster"])
        one = found.setdefault(clusters.tobytes(), HeldOut(clusters, str(facts["unit"]), {}))
        one.skills.setdefault(record.architecture, {})[record.index] = contributions(items, facts["trivial"], perfect)
        if "trained" in facts:
            rival = contributions(facts["trained"], facts["trivial"], perfect)
            one.skills.setdefault(TRAINED, {})[record.index] = rival
    return list(found.values())


def together(results: Results, tasks: Iterable[str]) -> list[HeldOut]:
    """Return the test splits that the budgets of one task share; the names of their skills are `<task>/<name>`."""
    found: dict[bytes, HeldOut] = {}
    for task in tasks:
        for one in held_out(results, task):
            shared = found.setdefault(one.clusters.tobytes(), replace(one, skills={}))
            shared.skills.update({f"{task}/{name}": own for name, own in one.skills.items()})
    return list(found.values())


def stored_items(results: Results, record: Record) -> tuple[Mapping[str, np.ndarray], np.ndarray | None]:
    """Return the stored facts about a run's test examples, and what they contributed to its score; None if unknown."""
    facts = _facts(results, record.task, (record.spec.get("data") or {}).get("checksum") or "")
    items = results.predictions(record.id).get("items") if facts else None
    fits = items is not None and items.shape == facts["trivial"].shape == facts["cluster"].shape
    return facts, items if fits else None


@remember()  # all architectures, and often many seeds, share a data set
def _facts(results: Results, task: str, checksum: str) -> Mapping[str, np.ndarray]:
    return results.items(task, checksum)


def contributions(items: np.ndarray, trivial: np.ndarray, perfect: float) -> np.ndarray:
    """Return what every example contributes to the skill (n,), to first order; the mean is the skill.

    `items`, `trivial` (n,): what it contributes to the scores of a model and of the trivial baseline.
    """
    items, trivial = (np.asarray(one, dtype=float) for one in (items, trivial))
    room = perfect - trivial.mean()
    skill = (items.mean() - trivial.mean()) / room
    return skill + ((items - items.mean()) - (1 - skill) * (trivial - trivial.mean())) / room


def spread(held: Sequence[HeldOut], choices: Sequence[Choice]) -> Spread:
    """Return the spread of an effect over the clusters of examples; the effect is the weighted sum of `choices`.

    In each test split, the replicates scored there are weighted by their chances of being chosen.
    """
    values, clusters = [], []
    for one in held:
        effects = [_chosen(one, choice) for choice in choices]
        known = [effect for effect in effects if effect is not None]
        if len(known) == len(choices):
            values.append(np.sum(known, axis=0))
            clusters.append(one.clusters)
    if not values:
        return Spread(np.nan, 0)
    every = np.concatenate(values)
    _, place = np.unique(np.concatenate(clusters), return_inverse=True)
    sums = np.bincount(place, weights=every - every.mean())
    if held[0].unit == DATE:
        sums = block_sums(sums)
    count = len(sums)
    return Spread(float(count / max(count - 1, 1) * np.square(sums).sum() / every.size**2), count)


def _chosen(held: HeldOut, choice: Choice) -> np.ndarray | None:
    """Return what every example of a test split contributes to a term; None if no replicate was scored there."""
    skills = held.skills.get(choice.name, {})
    numbers = [number for number in skills if number in choice.chances]
    chances = np.array([choice.chances[number] for number in numbers])
    if not numbers:
        return None
    shares = chances / chances.sum() if chances.sum() else np.full(len(numbers), 1 / len(numbers))
    return choice.weight * np.average([skills[number] for number in numbers], axis=0, weights=shares)
