"""Calibration: how often a whole report states something false, on invented studies whose truth is known.

Each world says how trials come about: the luck of the search, of the data and of the weights, skew, trials that solve
the task or do not, failures, ceilings; how many tasks, architectures and trials. Studies are drawn from it, all at once,
and go through the rules of the report. Prints a row a world: studies with any false statement (demand: at most 5 %),
coverage of single 95 % intervals (93 to 97 %), false "equal", power and wrong recommendations.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from suite.analysis import best_of
from suite.analysis.best_of import Bounds, Searched

SEED_SD = 0.05  # of skill, between the seeds of one configuration
NOISE = 0.5  # of the validation or test split, in seed deviations; the same for the shift of a data draw
SHARED = 0.5  # correlation between architectures at one trial number: shared hyperparameters, data, items
LEVEL = 0.5  # of skill, where a world does not say otherwise
SOLVED, UNSOLVED, THRESHOLD = 0.95, 0.1, 0.7
MARGIN = 0.02
TRUTH = 200_000


@dataclass(frozen=True)
class World:
    """How studies come about.

    `kinds`: of the architectures in turn, see KINDS. `luck`: sd of configurations in sds of seeds. `leads`: true
    expected best of each architecture above the level; None leaves what the kinds give. `small`: factor of all spreads.
    `rival`: mean skill of a trained baseline, None for the level less half.
    """

    name: str
    kinds: tuple[str, ...] = ("normal",)
    luck: float = 0.0
    tasks: int = 4
    architectures: int = 3
    trials: int = 24
    n: int = 4
    leads: tuple[float, ...] | None = ()
    level: float = LEVEL
    small: float = 1.0
    rival: float | None = None
    threshold: bool = False

    def kind(self, architecture: int) -> str:
        """The kind of an architecture."""
        return self.kinds[architecture % len(self.kinds)]

    @property
    def targets(self) -> np.ndarray | None:
        """The true expected bests (architectures,) that the world asks for."""
        if self.leads is None:
            return None
        leads = [self.leads[place % len(self.leads)] if self.leads else 0.0 for place in range(self.architectures)]
        return self.level + np.array(leads)

    @cached_property
    def truth(self) -> np.ndarray:
        """Expected bests (architectures,), by brute force before any shift or as asked for."""
        return self.raw if self.targets is None else self.targets

    @cached_property
    def raw(self) -> np.ndarray:
        """Expected bests (architectures,) of the kinds as they are; equal kinds are exactly equal."""
        one = replace(self, tasks=1, trials=self.n, leads=None)
        kinds = [self.kind(place) for place in range(self.architectures)]
        total = np.zeros(self.architectures)
        rng, rounds = np.random.default_rng(0), 8
        for _ in range(rounds):
            validation, test = trials(one, TRUTH // rounds, rng)
            chosen = validation.argmax(axis=-1)[..., None]
            total += np.take_along_axis(test, chosen, -1)[..., 0].mean(axis=(0, 1)) / rounds
        return np.array([np.mean([total[k] for k, other in enumerate(kinds) if other == kind]) for kind in kinds])


def trials(world: World, studies: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Validation and test skill (studies, tasks, architectures, trials), before any shift."""
    shape = (studies, world.tasks, world.architectures, world.trials)

    def normal() -> np.ndarray:
        common = rng.normal(size=(studies, world.tasks, 1, world.trials))
        return np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * rng.normal(size=shape)

    draws = rng.normal(size=(studies, world.tasks, 1, world.trials))
    seeds, configurations = normal(), world.luck * normal()
    noise = [NOISE * normal(), NOISE * normal()]
    both = np.empty((2, *shape))
    for place in range(world.architectures):
        here = np.s_[:, :, place]
        rest = configurations[here] + NOISE * draws[:, :, 0]
        both[:, :, :, place] = KINDS[world.kind(place)](
            world, rng, seeds[here], [rest + each[here] for each in noise]
        )
    return both[0], both[1]


Kind = Callable[[World, np.random.Generator, np.ndarray, list[np.ndarray]], Sequence[np.ndarray]]


def smooth(shape: Callable[[np.random.Generator, np.ndarray], np.ndarray], spread: float = 1.0) -> Kind:
    """Skill that varies about the level; `shape` turns standard normal draws of the seed into its errors."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        scale = SEED_SD * world.small * spread
        return [world.level + scale * (shape(rng, seed) + each) for each in rest]

    return drawn


def skewed(shape: float) -> Callable[[np.random.Generator, np.ndarray], np.ndarray]:
    """Lognormal errors of variance 1, to the left where `shape` is negative."""
    size = abs(shape)
    spread = np.sqrt(np.expm1(size**2)) * np.exp(size**2 / 2)
    return lambda rng, seed: np.sign(shape) * (np.exp(size * seed) - np.exp(size**2 / 2)) / spread


def skewed_test(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
    """As normal, with a long tail to the left of the test skill that validation does not show."""
    validation, test = smooth(lambda _, seed: seed)(world, rng, seed, rest)
    hidden = skewed(-1.2)(rng, rng.normal(size=seed.shape))
    return validation, test + SEED_SD * world.small * hidden


def solving(chance: float) -> Kind:
    """Trials that solve the task with this chance, and others that do not."""
    from scipy.special import ndtri

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        centre = np.where(seed < ndtri(chance), SOLVED, UNSOLVED)
        scale = 0.3 * SEED_SD * world.small
        inner = rng.normal(size=seed.shape)
        return [centre + scale * (inner + each) for each in rest]

    return drawn


def bounded(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
    """Skill near the ceiling, cut there."""
    return [np.minimum(0.97 + SEED_SD * world.small * (seed + each), 1.0) for each in rest]


def failing(worst: bool) -> Kind:
    """As normal, but 30 % of the trials fail: at random, or those whose seeds are worst."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        failed = (seed if worst else rng.normal(size=seed.shape)) < -0.5244
        validation, test = smooth(lambda _, seed: seed)(world, rng, seed, rest)
        return np.where(failed, -np.inf, validation), np.where(failed, 0.0, test)

    return drawn


KINDS: dict[str, Kind] = {
    "normal": smooth(lambda _, seed: seed),
    "steady": smooth(lambda _, seed: seed, 0.2),
    "right 0.7": smooth(skewed(0.7)),
    "right 1.2": smooth(skewed(1.2)),
    "left 0.7": smooth(skewed(-0.7)),
    "left 1.2": smooth(skewed(-1.2)),
    "left test": skewed_test,
    "bounded": bounded,
    "fails at random": failing(False),
    "worst fail": failing(True),
    **{f"solves {100 * chance:.0f} %": solving(chance) for chance in (0.05, 0.1, 0.2, 0.3, 0.6, 0.9, 0.95, 1.0)},
}


@dataclass(frozen=True)
class Report:
    """What the reports of all studies say.

    `pairs` (studies, tasks, pairs) and `rivals` (studies, tasks, architectures), against the better baseline: verdicts;
    `together` (studies, pairs): of the means over tasks. `recommended` (studies,): the architecture, or -1. `bounds`
    (studies, tasks, pairs) of `pairs`; `single`: with the 95 % interval of each alone.
    """

    pairs: np.ndarray
    rivals: np.ndarray
    together: np.ndarray
    recommended: np.ndarray
    bounds: Bounds
    single: Bounds


def reported(world: World, validation: np.ndarray, test: np.ndarray, baseline: np.ndarray, margin: float) -> Report:
    """The rules of the report on trials (studies, tasks, architectures, trials), a baseline (studies, tasks, trials)."""
    places = range(world.architectures)
    both = list(combinations(places, 2))
    level = best_of.joint_level(len(both) * (world.tasks + 1) + world.tasks * world.architectures)
    solved = (test > THRESHOLD).sum(axis=-1)
    unseen = [[unseen_here(world, test[:, task, a], solved[:, task, a]) for a in places] for task in range(world.tasks)]
    cells = [
        [Searched(validation[:, task, a], test[:, task, a], world.n, unseen[task][a]) for a in places]
        for task in range(world.tasks)
    ]
    rival = [Searched(np.zeros_like(baseline[:, 0]), baseline[:, task], 1) for task in range(world.tasks)]
    alone = [[[(1, cells[task][a]), (-1, cells[task][b])] for a, b in both] for task in range(world.tasks)]
    bounds, single = (
        stacked([stacked([best_of.contrast(terms, each) for terms in row]) for row in alone]) for each in (level, 0.95)
    )
    alike = np.ones(bounds.low.shape, dtype=bool)
    if world.threshold:
        rates = stacked(
            [stacked([best_of.solved_difference(solved[:, task, a], solved[:, task, b], world.trials, world.n, level)
              for a, b in both]) for task in range(world.tasks)]
        )
        alike = (rates.low > -0.1) & (rates.high < 0.1)
    against = stacked(
        [stacked([best_of.contrast([(1, cells[task][a]), (-1, rival[task])], level) for a in places])
         for task in range(world.tasks)]
    )
    trivial = stacked([stacked([best_of.contrast([(1, cells[task][a])], level) for a in places]) for task in range(world.tasks)])
    first, second = best_of.verdict(trivial, margin), best_of.verdict(against, margin)
    rivals = np.where(first == "better", second, np.where(first == "worse", "worse", "undecided"))
    mean = stacked(
        [best_of.contrast([(sign / world.tasks, cells[task][place]) for task in range(world.tasks)
                           for sign, place in ((1, a), (-1, b))], level) for a, b in both]
    )
    together = best_of.verdict(mean, margin)
    return Report(best_of.verdict(bounds, margin, alike), rivals, together, recommended(together, both, places), bounds, single)


def unseen_here(world: World, test: np.ndarray, solved: np.ndarray) -> np.ndarray:
    """The skill of an unseen kind of trial: perfect, on a task with a threshold that no trial reached."""
    above = best_of.unseen_skill(test)
    return np.where(solved == 0, np.maximum(best_of.PERFECT, above), above) if world.threshold else above


def recommended(together: np.ndarray, both: Sequence[tuple[int, int]], places: Sequence[int]) -> np.ndarray:
    """The architecture (studies,) that is better than all others, or -1."""
    wins = np.stack(
        [np.all([together[:, k] == ("better" if a == place else "worse") for k, (a, b) in enumerate(both) if place in (a, b)],
                axis=0) for place in places], axis=-1,
    )
    return np.where(wins.any(axis=-1), wins.argmax(axis=-1), -1)


def stacked(bounds: Sequence[Bounds]) -> Bounds:
    """Bounds of several comparisons in one more axis, the second."""
    return Bounds(*(np.stack(part, axis=1) for part in zip(*bounds, strict=True)))


def measured(world: World, studies: int, seed: int, margin: float = MARGIN) -> dict[str, float]:
    """The rates of a world over so many studies."""
    rng = np.random.default_rng(seed)
    validation, test = trials(world, studies, rng)
    if world.targets is not None:
        shift = (world.targets - world.raw)[:, None]
        validation, test = validation + shift, test + shift
    mean = world.level / 2 if world.rival is None else world.rival
    baseline = mean + SEED_SD * world.small * NOISE * rng.normal(size=(studies, world.tasks, world.trials))
    report = reported(world, validation, test, baseline, margin)
    both = list(combinations(range(world.architectures), 2))
    lead = np.array([world.truth[a] - world.truth[b] for a, b in both])
    over = world.truth - max(0.0, mean)
    wrong_pairs, wrong_rivals, wrong_means = (
        false(*each, margin) for each in ((report.pairs, lead), (report.rivals, over), (report.together, lead))
    )
    best = world.truth.max()
    chosen = report.recommended
    wrong = (chosen >= 0) & (best - world.truth[chosen] > 1e-9)
    covered = (report.single.low <= lead) & (lead <= report.single.high)
    ahead = np.abs(lead) > margin
    found = np.isin(report.pairs, ["better", "worse"])[..., ahead] & ~wrong_pairs[..., ahead]
    equal = (report.pairs == "equal")
    return {
        "false": (wrong_pairs.any(axis=(1, 2)) | wrong_rivals.any(axis=(1, 2)) | wrong_means.any(axis=1)).mean(),
        "false pair": wrong_pairs.any(axis=(1, 2)).mean(),
        "false rival": wrong_rivals.any(axis=(1, 2)).mean(),
        "coverage": covered.mean(),
        "false equal": (equal & (np.abs(lead) >= margin)).any(axis=(1, 2)).mean(),
        "equal": equal[..., ~ahead].mean() if (~ahead).any() else np.nan,
        "power": found.mean() if ahead.any() else np.nan,
        "recommended": (chosen >= 0).mean(),
        "wrong": wrong.mean(),
        "width": float(np.median((report.bounds.high - report.bounds.low) / 2)),
    }


def false(verdicts: np.ndarray, truth: np.ndarray, margin: float) -> np.ndarray:
    """Which verdicts (..., comparisons) are false, given the true differences (comparisons,)."""
    return (
        (verdicts == "better") & (truth <= 0) | (verdicts == "worse") & (truth >= 0)
        | (verdicts == "equal") & (np.abs(truth) >= margin + 1e-6)
    )
