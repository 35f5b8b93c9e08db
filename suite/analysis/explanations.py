"""Explanations: what the architecture to use relies on, from the stored explanations of its final runs.

They describe the models, not the world: a model may use one of two inputs that say the same, or use neither well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from suite.analysis.best import finals, to_use
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.architectures.architecture import ARCHITECTURES
from suite.results.explanation import Explanation
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate

INTACT, OCCLUDED, PERMUTED, KEPT, ORDER, FEATURE = "intact", "occluded", "permuted", "kept", "order", "feature"
ENOUGH = 0.8  # of the skill: the fewest last steps that keep it are named
COLUMNS = (
    "task", "architecture", "change", "first", "last", "feature", "lost", "low", "high", "share", "share_low",
    "share_high", "runs", "examples",
)  # fmt: skip

Statistic = Callable[[np.ndarray], np.ndarray]  # mean skills (effects,) -> values


class Key(NamedTuple):
    """A change of the inputs: its kind, and which steps or features it is about."""

    kind: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Explained:
    """What is known of the final runs of the architecture to use for a task.

    `found`: the explanations of its runs. `keys`: the changes. `skills` (runs, changes): the skill that is left.
    `without`: for each run, the skill that is left without each part of its test examples, (changes, parts).
    """

    task: str
    architecture: str
    found: Sequence[Explanation]
    keys: Sequence[Key]
    skills: np.ndarray
    without: Sequence[np.ndarray]

    @property
    def first(self) -> Explanation:
        """The explanation of the first run, which says what holds of all."""
        return self.found[0]

    @property
    def runs(self) -> int:
        """The number of final runs."""
        return len(self.found)

    @cached_property
    def skill(self) -> Estimate:
        """The skill with intact inputs."""
        return self._estimates(lambda skills: skills[:1])[0]

    @cached_property
    def lost(self) -> dict[Key, Estimate]:
        """The skill that is lost by each change, with 95 % intervals, each by itself."""
        return dict(zip(self.keys, self._estimates(lambda skills: skills[0] - skills), strict=True))

    @cached_property
    def share(self) -> dict[Key, Estimate]:
        """The share of the skill that is left after each change, with 95 % intervals, each by itself."""
        return dict(zip(self.keys, self._estimates(lambda skills: skills / skills[0]), strict=True))

    def of(self, kind: str) -> list[Key]:
        """Return the changes of one kind, in order."""
        return [key for key in self.keys if key.kind == kind]

    def costliest(self, kind: str) -> tuple[Key, Estimate] | None:
        """Return the change that is shown to cost more skill than any other of its kind, with what it costs.

        The differences have joint 95 % intervals (Bonferroni; comparisons with the best, Hsu 1981).
        """
        keys = self.of(kind)
        if len(keys) < 2:
            return None
        top = max(keys, key=lambda key: self.lost[key].centre)
        at, others = self.keys.index(top), [self.keys.index(key) for key in keys if key != top]
        ahead = self._estimates(lambda skills: skills[others] - skills[at], 1 - 0.05 / len(others))
        return (top, self.lost[top]) if all(one.low > 0 for one in ahead) else None

    def label(self, key: Key) -> str:
        """Return what to call the features of a change."""
        names = [name or f"feature {place}" for place, name in enumerate(self.first.names, start=1)]
        if names:
            return ", ".join(names[key.first - 1 : key.last])
        return f"feature {key.first}" if key.first == key.last else f"features {key.first} to {key.last}"

    def _estimates(self, statistic: Statistic, level: float = 0.95) -> list[Estimate]:
        """Return estimates of a statistic of the mean skills, with intervals for other runs and other test examples.

        Both reaches come from the jackknife (Tukey 1958) with Student's t: without each run, and without each part of
        the examples. If runs share their examples, these vary beside the runs, and the squares of both reaches add up.
        If each run has its own, runs differ by them, too, and the wider one counts. A single run has one reach only.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = statistic(self.skills.mean(axis=0))
            reaches = self._reach_of_runs(statistic, level), self._reach_of_examples(statistic, level)
            shared = 1 < self.runs > len({one.split for one in self.found})
            reach = np.hypot(*map(np.nan_to_num, reaches)) if shared else np.fmax(*reaches)
        bounds = zip(centre, centre - reach, centre + reach, strict=True)
        return [Estimate(*map(float, one), self.runs) for one in bounds]

    def _reach_of_runs(self, statistic: Statistic, level: float) -> np.ndarray | float:
        if self.runs < 2:
            return np.nan
        each = np.array([statistic(np.delete(self.skills, run, axis=0).mean(axis=0)) for run in range(self.runs)])
        return _student(level, self.runs - 1) * np.sqrt(_jackknife(each))

    def _reach_of_examples(self, statistic: Statistic, level: float) -> np.ndarray | float:
        variance, freedom = np.array(0.0), 0
        for split in dict.fromkeys(one.split for one in self.found):
            own = [run for run, one in enumerate(self.found) if one.split == split]
            parts = min(self.without[run].shape[1] for run in own)
            if parts < 2:
                return np.nan
            each = []
            for part in range(parts):
                skills = self.skills.copy()
                skills[own] = [self.without[run][:, part] for run in own]
                each.append(statistic(skills.mean(axis=0)))
            variance, freedom = variance + _jackknife(np.array(each)), freedom + parts - 1
        return _student(level, freedom) * np.sqrt(variance)


def _jackknife(each: np.ndarray) -> np.ndarray:
    """Return the variance of a statistic, given its values without each of n observations, (n, values)."""
    n = len(each)
    return (n - 1) / n * np.square(each - each.mean(axis=0)).sum(axis=0)


def _student(level: float, freedom: int) -> float:
    return float(special.stdtrit(freedom, (1 + level) / 2))


@remember()
def explained(results: Results, task: str) -> Explained | None:
    """Return what is known of the models of the architecture to use for a task; None if nothing is stored."""
    name = to_use(results, task)
    records = finals(results, task, name) if name else []
    found = [one for record in records if (one := results.explanation(record))]
    keys = [[Key(one["kind"], one["first"], one["last"]) for one in each.effects] for each in found]
    alike = [one for one, own in zip(found, keys, strict=True) if own == keys[0]]
    if not name or not alike:
        return None
    skills = np.array([[one["skill"] for one in each.effects] for each in alike], dtype=float)
    without = [np.array([one["without"] for one in each.effects], dtype=float) for each in alike]
    made = Explained(task, name, alike, keys[0], skills, without)
    known = np.isfinite(skills).all(axis=0) & np.all([np.isfinite(one).all(axis=1) for one in without], axis=0)
    return _only(made, known) if known[0] else None


def _only(found: Explained, known: np.ndarray) -> Explained:
    """Leave out the changes after which some score is undefined."""
    keys = [key for key, one in zip(found.keys, known, strict=True) if one]
    return replace(found, keys=keys, skills=found.skills[:, known], without=[one[known] for one in found.without])


def enough(found: Explained) -> tuple[int, Estimate] | None:
    """Return the fewest last steps that are shown to keep ENOUGH of the skill, and the share that they keep.

    More steps are tried first, and fewer only while more are enough: no interval has to be wider for the others.
    """
    fewest = None
    for key in sorted(found.of(KEPT), key=lambda key: -key.last):
        if not found.share[key].low >= ENOUGH:
            break
        fewest = key.last, found.share[key]
    return fewest


def order(found: Explained, margin: float) -> tuple[str, Estimate] | None:
    """Return whether the order of steps matters to the models, "yes", "no" or "open", and the skill that it is worth.

    It does not matter if shuffled steps are shown to lose less than the margin, and it matters if they are shown to
    lose more. Return None if steps were not shuffled.
    """
    lost = found.lost.get(Key(ORDER))
    if lost is None:
        return None
    return ("yes" if lost.low > margin else "no" if lost.high < margin else "open"), lost


def order_free(results: Results, task: str, name: str) -> list[str]:
    """Return the architectures that ignore order and are shown to be practically equal to `name`, or better."""
    found, known = compare(results, task), ARCHITECTURES.names()
    blind = [one for one in results.architectures if one != name and one in known and ARCHITECTURES.get(one).order_free]
    pairs = {one: found.related(one, name) for one in blind}
    return [one for one, pair in pairs.items() if pair and pair.verdict in (PairVerdict.EQUAL, PairVerdict.BETTER)]


def frame(results: Results) -> pd.DataFrame:
    """Return one row per change of the inputs of each task's architecture to use, with the columns COLUMNS.

    `change`: "occluded" or "permuted" (steps `first` to `last`, counted from the end or from the predicted step),
    "kept" (only these steps), "order" (the steps of each example shuffled) or "feature" (a `feature` permuted). `lost`:
    the skill that is lost. `share`: the share of the skill that is left. All intervals are 95 %, each by itself.
    """
    rows = [
        (
            task, found.architecture, *key, found.label(key) if key.kind == FEATURE else "", *lost[:3],
            *found.share[key][:3], found.runs, found.first.examples,
        )
        for task in results.task_names
        if (found := explained(results, task))
        for key, lost in found.lost.items()
        if key.kind != INTACT
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
