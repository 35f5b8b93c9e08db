"""Calibration: how often a whole report states something false, on invented studies whose truth is known.

A world says how trials come about: luck of the search, of the data and of the weights, skew, trials that solve the task
or do not, failures, ceilings; how many tasks, architectures, trials. Studies are drawn from it, all at once, and go
through the rules of the report, at its level: tests/test_calibration.py compares their verdicts with those of
`compare`, `choose` and `diff`. Prints one row per world (see COLUMNS). `--write FILE` replaces this part of the page.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pages import write_part
from scipy.special import ndtri

from suite.analysis import contrasts
from suite.analysis.best_of import Searched, with_failures
from suite.analysis.contrasts import Bounds, Terms, contrast
from suite.analysis.decisions import ALIKE
from suite.statistics import MARGIN

SEED_SD = 0.05  # standard deviation of skill between the seeds of one configuration
NOISE = 0.5  # standard deviation of a split's noise, and of a data draw's shift, in units of SEED_SD
SHARED = 0.5  # correlation between architectures at the same trial number: shared hyperparameters, data, items
LEVEL = 0.5  # the default skill in a world
SOLVED, UNSOLVED, THRESHOLD = 0.95, 0.1, 0.7
CLAIMS = 13  # built-in claims that a report judges, besides one on every task: that it can be predicted at all
TRUTH = 400_000
BLOCK = 1_500_000  # how many numbers are drawn at once


@dataclass(frozen=True)
class World:
    """The distribution from which studies are drawn.

    `kinds`: the kinds of the architectures, taken in turn (see KINDS). `luck`: the standard deviation between
    configurations, in units of SEED_SD. `leads`: the true expected best of each architecture minus `level`; None keeps
    the values of the kinds. `level` None means the value of the first kind. `small`: a factor of all spreads. `rival`:
    the mean skill of a trained baseline; None means half of `level`. `threshold`: whether the tasks have one. `start`:
    whether the training loss of trials that do not work stays that of a constant prediction, so that they are known.
    """

    name: str
    kinds: tuple[str, ...] = ("normal",)
    luck: float = 0.0
    tasks: int = 4
    architectures: int = 3
    trials: int = 24
    n: int = 4
    leads: tuple[float, ...] | None = ()
    level: float | None = LEVEL
    small: float = 1.0
    rival: float | None = None
    threshold: bool = False
    start: bool = False

    @property
    def every_kind(self) -> list[str]:
        """The kind of each architecture."""
        return [self.kinds[place % len(self.kinds)] for place in range(self.architectures)]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Every two architectures, by their positions."""
        return list(combinations(range(self.architectures), 2))

    @property
    def centre(self) -> float:
        """The skill around which kinds vary before any shift."""
        return LEVEL if self.level is None else self.level

    @property
    def baseline(self) -> float:
        """The mean skill of the trained baseline."""
        return self.centre / 2 if self.rival is None else self.rival

    @cached_property
    def truth(self) -> np.ndarray:
        """The true expected bests (architectures,)."""
        raw, _ = self.untouched
        if self.leads is None:
            return raw
        leads = [self.leads[place % len(self.leads)] if self.leads else 0.0 for place in range(self.architectures)]
        return (raw[0] if self.level is None else self.level) + np.array(leads)

    @cached_property
    def shift(self) -> np.ndarray:
        """What to add to the skills (architectures,) of trials that do not fail, so that `truth` is true."""
        raw, failed = self.untouched
        return (self.truth - raw) / (1 - failed)

    @cached_property
    def untouched(self) -> tuple[np.ndarray, np.ndarray]:
        """The simulated expected bests (architectures,) without a shift, and the chances that all n trials fail.

        Architectures of equal kinds get equal values.
        """
        one = replace(self, tasks=1, trials=self.n)
        rng, rounds = np.random.default_rng(0), 8
        total = np.zeros((2, self.architectures))
        for _ in range(rounds):
            validation, test = trials(one, TRUTH // rounds, rng)
            chosen = validation.argmax(axis=-1)[..., None]
            best, failed = np.take_along_axis(test, chosen, -1), np.isneginf(np.take_along_axis(validation, chosen, -1))
            total += np.array([best.mean(axis=(0, 1, 3)), failed.mean(axis=(0, 1, 3))]) / rounds
        kinds = self.every_kind
        alike = [[place for place, other in enumerate(kinds) if other == kind] for kind in kinds]
        expected, failed = (np.array([values[places].mean() for places in alike]) for values in total)
        return expected, failed


def trials(world: World, studies: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the validation and test skills (studies, tasks, architectures, trials), before any shift.

    A failed trial has a validation skill of minus infinity and a test skill of 0.
    """
    shape = (studies, world.tasks, world.architectures, world.trials)

    def normal() -> np.ndarray:
        common = rng.normal(size=(studies, world.tasks, 1, world.trials))
        return np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * rng.normal(size=shape)

    draws = rng.normal(size=(studies, world.tasks, 1, world.trials))
    seeds, configurations = normal(), world.luck * normal()
    noise = [NOISE * normal(), NOISE * normal()]
    both = np.empty((2, *shape))
    for place, kind in enumerate(world.every_kind):
        here = np.s_[:, :, place]
        rest = configurations[here] + NOISE * draws[:, :, 0]
        both[:, :, :, place] = KINDS[kind](world, rng, seeds[here], [rest + each[here] for each in noise])
    return both[0], both[1]


Kind = Callable[[World, np.random.Generator, np.ndarray, list[np.ndarray]], Sequence[np.ndarray]]


def smooth(shape: Callable[[np.random.Generator, np.ndarray], np.ndarray], spread: float = 1.0) -> Kind:
    """Return a kind whose skill varies around the level. `shape` turns standard normal draws into errors of seeds."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        scale = SEED_SD * world.small * spread
        return [world.centre + scale * (shape(rng, seed) + each) for each in rest]

    return drawn


def skewed(shape: float) -> Callable[[np.random.Generator, np.ndarray], np.ndarray]:
    """Return a function that draws lognormal errors with variance 1 and a long tail, to the left if `shape` < 0."""
    size = abs(shape)
    spread = np.sqrt(np.expm1(size**2)) * np.exp(size**2 / 2)
    return lambda rng, seed: np.sign(shape) * (np.exp(size * seed) - np.exp(size**2 / 2)) / spread


def skewed_test(
    world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]
) -> Sequence[np.ndarray]:
    """Draw skills of the kind "normal", but give the test skill a long left tail that validation does not show."""
    validation, test = smooth(lambda _, seed: seed)(world, rng, seed, rest)
    hidden = skewed(-1.2)(rng, rng.normal(size=seed.shape))
    return validation, test + SEED_SD * world.small * hidden


def solving(chance: float) -> Kind:
    """Return a kind whose trials solve the task with this probability."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        centre = np.where(seed < ndtri(chance), SOLVED, UNSOLVED)
        scale = 0.3 * SEED_SD * world.small
        inner = rng.normal(size=seed.shape)
        return [centre + scale * (inner + each) for each in rest]

    return drawn


def bounded(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
    """Draw skills near 1, the ceiling, and cut them off there."""
    return [np.minimum(0.97 + SEED_SD * world.small * (seed + each), 1.0) for each in rest]


def failing(chance: float, worst: bool = False) -> Kind:
    """Return the kind "normal" with this share of failed trials: at random, or those with the worst seeds."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        failed = (seed if worst else rng.normal(size=seed.shape)) < ndtri(chance)
        validation, test = smooth(lambda _, seed: seed)(world, rng, seed, rest)
        return np.where(failed, -np.inf, validation), np.where(failed, 0.0, test)

    return drawn


KINDS: dict[str, Kind] = {
    "normal": smooth(lambda _, seed: seed),
    **{f"sd {spread:g}": smooth(lambda _, seed: seed, spread / SEED_SD) for spread in (0.02, 0.06, 0.1, 0.2)},
    "steady": smooth(lambda _, seed: seed, 0.2),
    "right 0.7": smooth(skewed(0.7)),
    "right 1.2": smooth(skewed(1.2)),
    "left 0.7": smooth(skewed(-0.7)),
    "left 1.2": smooth(skewed(-1.2)),
    "left test": skewed_test,
    "bounded": bounded,
    "30 % fail": failing(0.3),
    "10 % fail": failing(0.1),
    "worst fail": failing(0.3, worst=True),
    **{f"solves {100 * chance:.0f} %": solving(chance) for chance in (0.05, 0.1, 0.2, 0.6, 0.9, 1.0)},
    "never solves": solving(0.0),
}
SOLVERS = [name for name in KINDS if "solves" in name]


class Studies(NamedTuple):
    """Drawn studies: skills of trials (studies, tasks, architectures, N), and whether they left the start.

    A failed trial has a validation skill of minus infinity. `rival` (studies, tasks, N): skills of the trained
    baseline.
    """

    validation: np.ndarray
    test: np.ndarray
    left: np.ndarray
    rival: np.ndarray


def drawn(world: World, studies: int, rng: np.random.Generator) -> Studies:
    """Return this number of studies, in which `world.truth` is true."""
    validation, test = trials(world, studies, rng)
    works = test > (SOLVED + UNSOLVED) / 2
    solvers = np.array([kind in SOLVERS for kind in world.every_kind])[:, None]
    noise = SEED_SD * world.small * NOISE * rng.normal(size=(studies, world.tasks, world.trials))
    failed, shift = np.isneginf(validation), world.shift[:, None]
    validation, test = with_failures(validation + shift, test + shift, failed)
    return Studies(validation, test, (works | ~solvers) & ~failed, world.baseline + noise)


@dataclass(frozen=True)
class Report:
    """The statements of the reports of all studies.

    Verdicts: `pairs` (studies, tasks, pairs) on each task, `trivial` and `trained` (studies, tasks, architectures)
    against the baselines, `together` (studies, pairs) on means over the tasks. `chosen` (studies, architectures): which
    are recommended.
    """

    pairs: np.ndarray
    trivial: np.ndarray
    trained: np.ndarray
    together: np.ndarray
    chosen: np.ndarray


def level(world: World, looks: int = 1) -> float:
    """Return the level of every interval of a report, as `suite.analysis.comparisons.joint_level` does."""
    claims = CLAIMS + world.tasks
    count = contrasts.statements(world.tasks, world.architectures, int(world.tasks > 1), claims)
    return contrasts.joint_level(looks * count)


class Tables(NamedTuple):
    """The intervals behind the statements of a report, at its level; see Report.

    `mean`: those of the pairs on the mean over the tasks, in a single row.
    """

    pairs: Bounds
    trivial: Bounds
    trained: Bounds
    mean: Bounds


def reported(world: World, studies: Studies, margin: float = MARGIN) -> Report:
    """Apply the rules of the report: see `suite.analysis.comparisons.compare` and `recommendations.choose`."""
    return stated(world, studies, tables(world, studies, level(world)), level(world), margin)


def tables(world: World, studies: Studies, level: float) -> Tables:
    """Return the intervals of this level of all comparisons."""
    tasks, every = range(world.tasks), cells(world, studies)
    rival = [Searched(0.0, studies.rival[:, task], 1) for task in tasks]
    pairs = pair_terms(world, every)
    over = [[[(1, cell), (-1, rival[task])] for cell in every[task]] for task in tasks]
    share = 1 / world.tasks
    means = [[(sign * share, cell) for row in pairs for sign, cell in row[place]] for place in range(len(world.pairs))]
    trivial = [[[(1, cell)] for cell in row] for row in every]
    return Tables(*(table(rows, level) for rows in (pairs, trivial, over, [means])))


def pair_terms(world: World, every: Sequence[Sequence[Searched]]) -> list[list[Terms]]:
    """Return the terms of every pair, given the cells of each task."""
    return [[[(1, row[a]), (-1, row[b])] for a, b in world.pairs] for row in every]


def verdict(bounds: Bounds, margin: float, alike: np.ndarray | bool = True) -> np.ndarray:
    """Return the verdict on the first side of each contrast (...) against the second. The margin is the same for all.

    The verdict is "better" or "worse" if the whole interval lies beyond the margin, "equal" if it lies within the
    margin and `alike` is true, and "undecided" otherwise. For tasks with a threshold, `alike` says whether the solve
    rates are alike too.
    """
    _, low, high = bounds
    within = (low > -margin) & (high < margin) & alike
    return np.select([low > margin, high < -margin, within], ["better", "worse", "equal"], "undecided")


def stated(world: World, studies: Studies, found: Tables, level: float, margin: float = MARGIN) -> Report:
    """Return what a report states by these intervals of this level."""
    trivial, trained = verdict(found.trivial, margin), verdict(found.trained, margin)
    trained[studies.rival.mean(axis=-1) >= 1 - margin] = ""  # a rival at the ceiling does not count
    alike = alike_solved(world, *(studies.test[:, :, side] for side in np.transpose(world.pairs)), level)
    together = verdict(found.mean, margin, np.all(alike, axis=1, keepdims=True))[:, 0]
    mean = Bounds(*(part[:, 0] for part in found.mean))
    chosen = recommended(world, mean, together, trivial, trained, margin)
    return Report(verdict(found.pairs, margin, alike), trivial, trained, together, chosen)


def cells(world: World, studies: Studies) -> list[list[Searched]]:
    """Return the searched cells of every task and architecture, which know whether learning can work at all."""
    shown = studies.test >= THRESHOLD if world.threshold else studies.left if world.start else studies.test > -np.inf
    reached, always = np.asarray(np.any(shown, axis=-1)), np.asarray(np.all(shown, axis=-1)) & world.threshold

    def cell(here: tuple[slice, int, int]) -> Searched:
        return Searched(studies.validation[here], studies.test[here], world.n, reached[here], always[here])

    return [[cell(np.s_[:, task, place]) for place in range(world.architectures)] for task in range(world.tasks)]


def table(rows: Sequence[Sequence[Terms]], level: float) -> Bounds:
    """Return the bounds (studies, rows, columns) of contrasts."""
    return stacked([stacked([contrast(terms, level) for terms in row]) for row in rows])


def stacked(bounds: Sequence[Bounds]) -> Bounds:
    """Stack the bounds of several comparisons along the second axis."""
    return Bounds(*(np.stack(part, axis=1) for part in zip(*bounds, strict=True)))


def alike_solved(world: World, first: np.ndarray, second: np.ndarray, level: float) -> np.ndarray:
    """Return whether searches with these test skills (studies, tasks, pairs, N) solve their task about equally often.

    The verdict "equal" requires this too.
    """
    if not world.threshold:
        return np.ones(first.shape[:-1], dtype=bool)
    counts = ((test >= THRESHOLD).sum(axis=-1) for test in (first, second))
    rates = contrasts.solved_difference(*counts, world.trials, world.n, level)
    return (rates.low > -ALIKE) & (rates.high < ALIKE)


def recommended(
    world: World, mean: Bounds, together: np.ndarray, trivial: np.ndarray, trained: np.ndarray, margin: float
) -> np.ndarray:
    """Return which architectures (studies, architectures) are recommended.

    No other can be better than these by more than the margin, and they are shown to beat every baseline on every task.
    Of several, the one with the highest worst bound counts, with those practically equal to it.
    """
    worst = np.full((len(mean.low), world.architectures), np.inf)
    equal = np.zeros((len(mean.low), world.architectures, world.architectures), dtype=bool)
    for k, (a, b) in enumerate(world.pairs):
        worst[:, a] = np.minimum(worst[:, a], mean.low[:, k])
        worst[:, b] = np.minimum(worst[:, b], -mean.high[:, k])
        equal[:, a, b] = equal[:, b, a] = together[:, k] == "equal"
    able = ((trivial == "better") & np.isin(trained, ["better", ""])).all(axis=1) & (worst > -margin)
    best = np.where(able, worst, -np.inf).argmax(axis=-1)
    first = np.arange(world.architectures) == best[:, None]
    return able & (first | np.take_along_axis(equal, best[:, None, None], 1)[:, 0])


def changes(world: World, studies: Studies, margin: float = MARGIN) -> np.ndarray:
    """Return the verdicts (studies, tasks, architectures) of `suite diff` on each study and the next one.

    Both are drawn from the same world, so nothing has changed.
    """
    earlier = Studies(*(np.roll(part, 1, axis=0) for part in studies))
    level = contrasts.joint_level(world.tasks * world.architectures)
    sides = zip(cells(world, studies), cells(world, earlier), strict=True)
    terms = [[[(1, after), (-1, before)] for after, before in zip(*rows, strict=True)] for rows in sides]
    return verdict(table(terms, level), margin, alike_solved(world, studies.test, earlier.test, level))


def measured(world: World, studies: int, seed: int = 1, margin: float = MARGIN) -> dict[str, float]:
    """Return the rates (see COLUMNS) of a world over this number of studies, which are drawn and judged in blocks."""
    blocks = max(1, round(studies * world.tasks * world.architectures * world.trials / BLOCK))
    parts = [block(world, studies // blocks, seed + 1_000 * number, margin) for number in range(blocks)]
    return {name: float(np.mean([part[name] for part in parts])) for name in parts[0]}


def block(world: World, studies: int, seed: int, margin: float) -> dict[str, float]:
    """Return the rates of a world over one block of studies, which must fit into memory."""
    found = drawn(world, studies, np.random.default_rng(seed))
    bounds = tables(world, found, level(world))
    single = table(pair_terms(world, cells(world, found)[:1]), 0.95)
    lead = leads(world)
    inside = (single.low <= lead) & (lead <= single.high)
    return rates(world, stated(world, found, bounds, level(world), margin), margin) | {
        "coverage": inside.mean(),
        "diff": np.isin(changes(world, found, margin), DECIDED).any(axis=(1, 2)).mean(),
        "width": float(np.median(bounds.pairs.high - bounds.pairs.low) / 2),
    }


def rates(world: World, report: Report, margin: float = MARGIN) -> dict[str, float]:
    """Return how often reports are wrong, and how often they find what is true: see COLUMNS."""
    wrong, lead = wrongly_stated(world, report, margin), leads(world)
    apart, behind = np.abs(lead) > margin, world.truth.max() - world.truth > margin
    right = np.isin(report.pairs, DECIDED) & ~wrong.pairs
    of_mean = np.isin(report.together, DECIDED) & ~wrong.together
    return {
        "false": wrong.any.mean(),
        "pair": wrong.pairs.any(axis=(1, 2)).mean(),
        "baseline": (wrong.trivial | wrong.trained).any(axis=(1, 2)).mean(),
        "false equal": ((report.pairs == "equal") & apart).any(axis=(1, 2)).mean(),
        "equal": (report.pairs == "equal")[..., ~apart].mean() if not apart.all() else np.nan,
        "power": right[..., apart].mean() if apart.any() else np.nan,
        "of the mean": of_mean[:, apart].mean() if apart.any() else np.nan,
        "recommended": report.chosen.any(axis=1).mean(),
        "wrong": (report.chosen & behind).any(axis=1).mean(),
    }


class Wrong(NamedTuple):
    """Which statements of a Report are false."""

    pairs: np.ndarray
    trivial: np.ndarray
    trained: np.ndarray
    together: np.ndarray

    @property
    def any(self) -> np.ndarray:
        """Which studies (studies,) state anything false."""
        return np.any([one.reshape(len(one), -1).any(axis=1) for one in self], axis=0)


def wrongly_stated(world: World, report: Report, margin: float = MARGIN) -> Wrong:
    """Return which statements of a report are false."""
    lead, over = leads(world), world.truth - world.baseline
    truths = (lead, world.truth, over, lead)
    parts = (report.pairs, report.trivial, report.trained, report.together)
    return Wrong(*(false(part, truth, margin) for part, truth in zip(parts, truths, strict=True)))


def leads(world: World) -> np.ndarray:
    """Return the true differences (pairs,)."""
    return np.array([world.truth[a] - world.truth[b] for a, b in world.pairs])


DECIDED = ["better", "worse"]


def false(verdicts: np.ndarray, truth: np.ndarray, margin: float) -> np.ndarray:
    """Return which verdicts (..., comparisons) are false, given the true differences (comparisons,)."""
    inside = np.abs(truth) <= margin
    better, worse, equal = (verdicts == name for name in ("better", "worse", "equal"))
    return better & (inside | (truth < 0)) | worse & (inside | (truth > 0)) | equal & ~inside


def shared_draw_loss(noise: float, luck: float, n: int, searches: int = 100_000, seed: int = 0) -> tuple[float, ...]:
    """Return what a search loses if each of its n trials draws its own data, as three expected test skills.

    The skills, in units of SEED_SD, are of a chosen configuration: on new data, if all trials share one draw; on new
    data, if each trial has its own draw; and, in the second case, on the draw on which it was chosen. `noise`: the
    standard deviation of a draw's effect on validation and test skill, after its baseline is subtracted.
    """
    rng = np.random.default_rng(seed)
    quality = luck * rng.normal(size=(searches, n)) + rng.normal(size=(searches, n))
    seen = quality + NOISE * rng.normal(size=(searches, n))
    draws = noise * rng.normal(size=(searches, n))
    one = np.take_along_axis(quality, seen.argmax(axis=1)[:, None], 1).mean()
    place = (seen + draws).argmax(axis=1)[:, None]
    own = np.take_along_axis(quality, place, 1).mean()
    return one, own, own + np.take_along_axis(draws, place, 1).mean()


def worlds() -> dict[str, list[World]]:
    """Return the worlds to simulate, grouped by what is true in them."""
    alike = [
        World("normal"),
        *(World(f"search luck {luck:g}", luck=luck) for luck in (0.25, 0.5, 1, 2, 5)),
        World("normal, sd 0.01", small=0.2),
        World("normal, sd 0.2", small=4),
        World("lognormal 0.7, right", ("right 0.7",)),
        World("lognormal 1.2, right", ("right 1.2",)),
        World("lognormal 0.7, left", ("left 0.7",)),
        World("lognormal 1.2, left", ("left 1.2",)),
        *(
            World(f"solves {chance} %", (f"solves {chance} %",), leads=None, threshold=True)
            for chance in (10, 20, 60, 90, 100)
        ),
        World("bounded at 1", ("bounded",), leads=None),
        World("bounded at 1, luck 2", ("bounded",), leads=None, luck=2),
    ]
    unlike = [
        World("right 0.7 against steady", ("right 0.7", "steady")),
        World("right 0.7 against steady, luck 2", ("right 0.7", "steady"), luck=2),
        World("right 1.2 against steady", ("right 1.2", "steady")),
        World("right 1.2 against normal", ("right 1.2", "normal")),
        World("left 1.2 against steady", ("left 1.2", "steady")),
        World("right 0.7 against steady, sd 0.2", ("right 0.7", "steady"), small=4),
        World("sd 0.02, 0.1 and 0.2", ("sd 0.02", "sd 0.1", "sd 0.2")),
        *(
            World(f"solves {chance} % against steady", (f"solves {chance} %", "steady"), level=None, threshold=True)
            for chance in (10, 20, 60, 90)
        ),
        *(
            World(
                f"solves {chance} % against steady, by the loss",
                (f"solves {chance} %", "steady"),
                level=None,
                start=True,
            )
            for chance in (10, 20, 60)
        ),
        *(
            World(f"solves {chance} % against steady, unseen", (f"solves {chance} %", "steady"), level=None)
            for chance in (10, 20, 60)
        ),
        World("30 % fail at random", ("30 % fail", "normal")),
        World("10 % fail at random, against steady", ("10 % fail", "steady")),
        World("worst 30 % fail", ("worst fail", "normal")),
        World("worst 30 % fail, luck 2", ("worst fail", "normal"), luck=2),
    ]
    baselines = [
        World("as good as the baselines", level=0, rival=0),
        World("as good as the baselines, luck 2", luck=2, level=0, rival=0),
        World("as good as the baselines, luck 5", luck=5, level=0, rival=0),
        World("as good as the baselines, left 1.2", ("left 1.2",), level=0, rival=0),
        World("as good as the baselines, hidden left", ("left test",), level=0, rival=0),
        World("as good as the baselines, right 0.7", ("right 0.7",), level=0, rival=0),
    ]
    apart = [
        World("one 0.021 ahead, sd 0.01", small=0.2, leads=(0.021, 0, 0)),
        World("one 0.019 ahead, sd 0.01", small=0.2, leads=(0.019, 0, 0)),
        World("solves 90 % against 100 %", ("solves 90 %", "solves 100 %"), leads=None, threshold=True),
        World("solves 20 % against 60 %", ("solves 20 %", "solves 60 %"), leads=None, threshold=True),
        World("solves 5 % against 0 %", ("solves 5 %", "never solves"), leads=None, threshold=True),
        World("solves 100 % against 0 %", ("solves 100 %", "never solves"), leads=None, threshold=True),
        World(
            "the worst is the steadiest",
            ("sd 0.02", "sd 0.06", "sd 0.06"),
            leads=(0, 0.03, 0.03),
            level=0.25,
            rival=0.2,
        ),
        World("one 1 sd ahead", leads=(0.05, 0, 0)),
        World("one 2 sd ahead", leads=(0.1, 0, 0)),
        World("one 2 sd ahead, luck 1", luck=1, leads=(0.1, 0, 0)),
        World("one 4 sd ahead, luck 2", luck=2, leads=(0.2, 0, 0)),
    ]
    return {"Alike": alike, "Equal, but not alike": unlike, "At the baselines": baselines, "Apart": apart}


SIZES = {
    "24 trials, best of 4": {"trials": 24, "n": 4},
    "24 trials, best of 2": {"trials": 24, "n": 2},
    "24 trials, best of 8": {"trials": 24, "n": 8},
    "48 trials, best of 8": {"trials": 48, "n": 8},
    "48 trials, best of 4": {"trials": 48, "n": 4},
    "48 trials, best of 1": {"trials": 48, "n": 1},
    "12 trials, best of 2": {"trials": 12, "n": 2},
    "5 runs of given configurations": {"trials": 5, "n": 1},
    "24 trials, best of 4, one task, two architectures": {"trials": 24, "n": 4, "tasks": 1, "architectures": 2},
    "24 trials, best of 4, twelve tasks, six architectures": {"trials": 24, "n": 4, "tasks": 12, "architectures": 6},
}
LARGE = 50  # worlds with at least this many cells get fewer studies
COLUMNS = (
    "false", "pair", "baseline", "coverage", "false equal", "equal", "power", "of the mean", "recommended", "wrong",
    "diff",
)  # fmt: skip


PREFACE = """# Calibration

Does a report keep its promise? The rules of `suite.analysis` were run on thousands of invented studies whose truth is
known. Reports, recommendations and `suite diff` apply these rules, at the same level of confidence:
`tests/test_calibration.py` compares the simulation with them, verdict by verdict. Made by
`python benchmarks/calibration.py --write docs/calibration.md` in half an hour, with {studies} studies per row of the
first table (a rate of 5 % is known to about {error:.1f} points), half as many for the others and a fifth for twelve
tasks.

A **world** says how trials come about. Unless it says otherwise: four tasks, three architectures, skill about 0.5, and
a standard deviation of 0.05 between seeds. *Search luck* is the deviation between configurations, in units of that
between seeds. *Steady* has a fifth of the spread of the others. *Solves* with a percentage gives the chance that a
trial works at all; the tasks have a threshold, or the training loss shows which trials never began to learn (*by the
loss*), or nothing shows it (*unseen*). The margin is 0.02 of skill. In "alike", "equal, but not alike" and "at the
baselines" all are equally good, so every "better" and "worse" is false.

All rates are per cent. **false**: studies with any false statement, on a pair, against a baseline or on the mean over
tasks (demand: at most 5). **coverage**: of the 95 % interval of one pair alone (demand: at least 93). **false equal**:
studies that call equal what differs by more than the margin. **equal**: pairs truly within the margin that are called
so. **power**: pairs truly apart that are called so, on one task; **of the mean**: on the mean over tasks.
**recommended**: studies that recommend an architecture; **wrong**: where another is better by more than the margin.
**diff**: pairs of studies of the same world in which `suite diff` calls any cell better or worse; it exits with 1 in
the half of them where a cell is worse. **half-width**: of a pair's joint interval, in skill.

## What the tables say

- Verdicts on the best of 2 or more are firm from 24 trials on, if the search is at most a sixth of them. Then a report
  on four tasks and three architectures states something false in at most 1.8 % of the studies, in every kind of world
  but one. On twelve tasks and six architectures it is at most 5 %. (Verdicts on single trials are firm from 48 trials
  on; see below.)
- The exception: trials of which one in ten works, against a rival halfway between working and not, on a task where
  nothing shows that it can be solved. No trial works in 8 % of the cells of 24, and such a cell looks like one that
  cannot learn: 47 % of the reports state something false. With 48 trials it is 5 %; where one trial in five works, 4 %;
  on twelve tasks 93 % and 14 %. Where the task has a threshold, or the loss shows that learning never began, the
  verdict stays open, and at most 0.3 % are false.
- In half of the worlds the 95 % intervals cover the truth in more than 97 % of all cases: they are wider than necessary
  where scores are smooth. That is the price of one rule for all. Outside the exception, the lowest coverage behind a
  firm verdict is 92.6 %: with long tails to the right and searches of eight trials, or for two architectures on one
  task, of which one works in 60 % of its trials and the other is steady. The wider joint intervals decide: at most
  0.6 % are false there.
- "Equal" and recommendations are wrong in at most 0.1 % of the studies. A recommendation needs no proof that all others
  are worse: with a lead of one deviation between seeds 97 % of the studies recommend the leader, and 23 % call it
  better on the mean over tasks.
- On a single task, a lead of two deviations is found in 42 % of all cases, and a lead of one deviation in 2 %; on the
  mean over four tasks, in 100 % and 23 %. More trials help; longer searches do not: with 48 trials, best of 4 finds
  83 % of the leads of two deviations on a single task, and best of 8 finds 47 %.
- Best of 8 from 24 trials is worth less: intervals are nearly twice as wide, and 11 % of such leads are found.
- With 12 trials, 12 to 14 % of the studies state something false where trials that work in 60 % of all cases meet a
  steady rival. These verdicts are provisional.
- Five runs of given configurations cannot show what fails in one run in three: up to 34 % of the studies state
  something false there, and half of them or more where some runs do not work and the task has no threshold. They are
  provisional at most. Means of single trials, or of whole searches, are provisional with fewer than 48: with as many,
  at most 4.9 % of the studies state something false in any world, the exception included.
- `suite diff` calls a cell better or worse in up to 6.4 % of the pairs of studies in which nothing has changed, where
  one trial in five or ten works; elsewhere in at most 3.5 %. (The exception makes it 24 % with best of 8.)
- Trials that each draw their own data choose a little worse than trials on one draw, because luck of the data enters
  the choice: see the last table, in skill. The loss is below a tenth of a pair's half-width unless the noise of a draw
  is as large as the deviation between seeds. So trials share no data.

Not simulated: claims, which use the same intervals at the same level; and the luck of a single search, where verdicts
on its final runs are provisional. In these worlds every trial draws its own test data, as tasks that are generated do;
for given test data see [other test examples](#other-test-examples).

"""


def row(name: str, rates: dict[str, float]) -> str:
    """Format a row of the table, with rates in per cent."""
    cells = ["" if np.isnan(rates[column]) else f"{100 * rates[column]:.1f}" for column in COLUMNS]
    return f"| {name} | " + " | ".join([*cells, f"{rates['width']:.3f}"]) + " |"


def main() -> None:
    """Print the tables, and write them to a file if `--write` names one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=2_000, help="per world")
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), help="rows of SIZES, by their names")
    parser.add_argument("--only", default="", help="worlds whose name contains this")
    parser.add_argument("--write", type=Path, help="a Markdown file for the tables")
    chosen = parser.parse_args()
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    for size in chosen.sizes:
        say(f"\n## {size}\n")
        say("| world | " + " | ".join([*COLUMNS, "half-width"]) + " |")
        say("|---" * (len(COLUMNS) + 2) + "|")
        for group, members in worlds().items():
            say(f"| **{group}** " + "| " * (len(COLUMNS) + 1) + "|")
            for world in (replace(member, **SIZES[size]) for member in members if chosen.only in member.name):
                say(row(world.name, measured(world, count(world, chosen.studies))))
    for line in data_draws():
        say(line)
    if chosen.write:
        preface = PREFACE.format(studies=f"{chosen.studies:,}", error=100 * (0.05 * 0.95 / chosen.studies) ** 0.5)
        write_part(chosen.write, Path(__file__).name, preface + "\n".join(lines).lstrip())


def count(world: World, studies: int) -> int:
    """Return how many studies of a world to simulate, given the number for the usual size."""
    if world.tasks * world.architectures >= LARGE:
        return studies // 5
    return studies if (world.trials, world.n) == (24, 4) else studies // 2


def data_draws() -> list[str]:
    """Return a table of what a search loses if each of its trials draws its own data."""
    lines = ["", "## Separate data for every trial", ""]
    lines += ["| noise of a draw | search luck | loss, best of 4 | loss, best of 8 |", "|---|---|---|---|"]
    for noise, luck in product((0.25, 0.5, 1), (0, 1, 5)):
        lost = [one - own for one, own, _ in (shared_draw_loss(noise, luck, n) for n in (4, 8))]
        lines.append(f"| {noise:g} | {luck:g} | " + " | ".join(f"{SEED_SD * each:.4f}" for each in lost) + " |")
    return lines


if __name__ == "__main__":
    main()
