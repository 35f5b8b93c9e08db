"""Calibration: how often a whole report states something false, on invented studies whose truth is known.

A world says how trials come about: luck of the search, of the data and of the weights, skew, trials that solve the task
or do not, failures, ceilings; how many tasks, architectures, trials. Studies are drawn from it, all at once, and go
through the rules of the report. Prints one row per world: studies with any false statement (demand: at most 5 %),
coverage of single 95 % intervals (93 to 97 %), false "equal", power, wrong recommendations.
`--write FILE` makes the page.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from suite.analysis import contrasts
from suite.analysis.best_of import Searched
from suite.analysis.contrasts import Bounds, Terms, contrast, verdict

SEED_SD = 0.05  # standard deviation of skill between the seeds of one configuration
NOISE = 0.5  # standard deviation of a split's noise, and of a data draw's shift, in units of SEED_SD
SHARED = 0.5  # correlation between architectures at the same trial number: shared hyperparameters, data, items
LEVEL = 0.5  # the default skill in a world
SOLVED, UNSOLVED, THRESHOLD = 0.95, 0.1, 0.7
MARGIN = 0.02
ALIKE = 0.1  # solve rates that differ by less than this are alike
TRUTH = 400_000
BLOCK = 1_500_000  # how many numbers are drawn at once


@dataclass(frozen=True)
class World:
    """The distribution from which studies are drawn.

    `kinds`: the kinds of the architectures, taken in turn (see KINDS). `luck`: the standard deviation between
    configurations, in units of SEED_SD. `leads`: the true expected best of each architecture minus `level`; None keeps
    the values of the kinds. `small`: a factor of all spreads. `rival`: the mean skill of a trained baseline; None means
    half of `level`.
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
        """Return the kind of an architecture, given its position."""
        return self.kinds[architecture % len(self.kinds)]

    @property
    def targets(self) -> np.ndarray | None:
        """Return the true expected bests (architectures,) that `leads` asks for, or None."""
        if self.leads is None:
            return None
        leads = [self.leads[place % len(self.leads)] if self.leads else 0.0 for place in range(self.architectures)]
        return self.level + np.array(leads)

    @cached_property
    def truth(self) -> np.ndarray:
        """Return the true expected bests (architectures,): `targets`, or else `raw`."""
        return self.raw if self.targets is None else self.targets

    @cached_property
    def raw(self) -> np.ndarray:
        """Return the simulated expected bests (architectures,) without any shift. Equal kinds get equal values."""
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
    """Return the validation and test skills (studies, tasks, architectures, trials), before any shift."""
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
        both[:, :, :, place] = KINDS[world.kind(place)](world, rng, seeds[here], [rest + each[here] for each in noise])
    return both[0], both[1]


Kind = Callable[[World, np.random.Generator, np.ndarray, list[np.ndarray]], Sequence[np.ndarray]]


def smooth(shape: Callable[[np.random.Generator, np.ndarray], np.ndarray], spread: float = 1.0) -> Kind:
    """Return a kind whose skill varies around the level. `shape` turns standard normal draws into errors of seeds."""

    def drawn(world: World, rng: np.random.Generator, seed: np.ndarray, rest: list[np.ndarray]) -> Sequence[np.ndarray]:
        scale = SEED_SD * world.small * spread
        return [world.level + scale * (shape(rng, seed) + each) for each in rest]

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


def failing(worst: bool) -> Kind:
    """Return the kind "normal" with 30 % failed trials: at random, or those with the worst seeds."""

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
    **{f"solves {100 * chance:.0f} %": solving(chance) for chance in (0.05, 0.1, 0.2, 0.6, 0.9, 1.0)},
    "never solves": solving(0.0),
}


@dataclass(frozen=True)
class Report:
    """The statements of the reports of all studies.

    Verdicts: `pairs` (studies, tasks, pairs) on each task, `rivals` (studies, tasks, architectures) against both
    baselines, and `together` (studies, pairs) on means over the tasks. `recommended` (studies,): the position of the
    recommended architecture, or -1. `bounds` (studies, tasks, pairs): the joint intervals of `pairs`. `single`: the
    95 % intervals of single pairs on the first task.
    """

    pairs: np.ndarray
    rivals: np.ndarray
    together: np.ndarray
    recommended: np.ndarray
    bounds: Bounds
    single: Bounds


def reported(world: World, validation: np.ndarray, test: np.ndarray, baseline: np.ndarray, margin: float) -> Report:
    """Apply the rules of the report to trials (studies, tasks, architectures, N).

    `baseline`: the skills of a trained baseline (studies, tasks, N). All statements share one confidence level: pairs
    on each task, architectures against baselines on each task, and pairs on the mean over the tasks. Only
    architectures that beat the trivial baseline (skill 0) are compared with the trained baseline.
    """
    tasks, places = range(world.tasks), range(world.architectures)
    both = list(combinations(places, 2))
    level = contrasts.joint_level(len(both) * (world.tasks + 1) + world.tasks * world.architectures)
    threshold = THRESHOLD if world.threshold else None
    cells = [[cell(validation[:, task, a], test[:, task, a], world.n, threshold) for a in places] for task in tasks]
    rival = [Searched(0.0, baseline[:, task], 1) for task in tasks]

    def table(rows: Sequence[Sequence[Terms]], level: float) -> Bounds:
        return stacked([stacked([contrast(terms, level) for terms in row]) for row in rows])

    pairs = [[[(1, cells[task][a]), (-1, cells[task][b])] for a, b in both] for task in tasks]
    bounds, single = table(pairs, level), table(pairs[:1], 0.95)
    trivial = verdict(table([[[(1, cells[task][a])] for a in places] for task in tasks], level), margin)
    trained = verdict(
        table([[[(1, cells[task][a]), (-1, rival[task])] for a in places] for task in tasks], level), margin
    )
    rivals = np.select([trivial == "better", trivial == "worse"], [trained, "worse"], "undecided")
    share = 1 / world.tasks
    mean = stacked(
        [
            contrast([(sign * share, row[place]) for row in cells for sign, place in ((1, a), (-1, b))], level)
            for a, b in both
        ]
    )
    alike = alike_solved(world, test, both, level) if world.threshold else True
    return Report(
        verdict(bounds, margin, alike),
        rivals,
        verdict(mean, margin),
        recommended(mean, both, places, margin),
        bounds,
        single,
    )


def cell(validation: np.ndarray, test: np.ndarray, n: int, threshold: float | None) -> Searched:
    """Return the searched cell with these skills (studies, trials).

    With a threshold, also record whether a trial of the cell shows that the task can be solved.
    """
    return Searched(validation, test, n, True if threshold is None else (test > threshold).any(axis=-1))


def alike_solved(world: World, test: np.ndarray, both: Sequence[tuple[int, int]], level: float) -> np.ndarray:
    """Return whether the searches of a pair solve the task about equally often (studies, tasks, pairs).

    The verdict "equal" requires this too.
    """
    solved = (test > THRESHOLD).sum(axis=-1)
    rates = stacked(
        [contrasts.solved_difference(solved[..., a], solved[..., b], world.trials, world.n, level) for a, b in both],
        axis=-1,
    )
    return (rates.low > -ALIKE) & (rates.high < ALIKE)


def recommended(mean: Bounds, both: Sequence[tuple[int, int]], places: Sequence[int], margin: float) -> np.ndarray:
    """Return the position of the recommended architecture (studies,), or -1 if there is none.

    No other architecture can be better than this one by more than the margin. If several qualify, the one with the
    highest worst bound is recommended.
    """
    worst = np.full((len(mean.low), len(places)), np.inf)
    for k, (a, b) in enumerate(both):
        worst[:, a] = np.minimum(worst[:, a], mean.low[:, k])
        worst[:, b] = np.minimum(worst[:, b], -mean.high[:, k])
    return np.where(worst.max(axis=-1) > -margin, worst.argmax(axis=-1), -1)


def stacked(bounds: Sequence[Bounds], axis: int = 1) -> Bounds:
    """Stack the bounds of several comparisons along a new axis."""
    return Bounds(*(np.stack(part, axis=axis) for part in zip(*bounds, strict=True)))


def measured(world: World, studies: int, seed: int = 1, margin: float = MARGIN) -> dict[str, float]:
    """Return the rates (see COLUMNS) of a world over this number of studies, which are drawn and judged in blocks."""
    blocks = max(1, round(studies * world.tasks * world.architectures * world.trials / BLOCK))
    parts = [block(world, studies // blocks, seed + 1_000 * number, margin) for number in range(blocks)]
    return {name: float(np.mean([part[name] for part in parts])) for name in parts[0]}


def block(world: World, studies: int, seed: int, margin: float) -> dict[str, float]:
    """Return the rates of a world over one block of studies, which must fit into memory."""
    rng = np.random.default_rng(seed)
    validation, test = trials(world, studies, rng)
    if world.targets is not None:
        shift = (world.targets - world.raw)[:, None]
        validation, test = validation + shift, test + shift
    rival = world.level / 2 if world.rival is None else world.rival
    noise = SEED_SD * world.small * NOISE * rng.normal(size=(studies, world.tasks, world.trials))
    report = reported(world, validation, test, rival + noise, margin)
    lead = np.array([world.truth[a] - world.truth[b] for a, b in combinations(range(world.architectures), 2)])
    over = world.truth - max(0.0, rival)
    wrong_pairs, wrong_means = false(report.pairs, lead, margin), false(report.together, lead, margin)
    wrong_rivals = false(report.rivals, over, margin)
    apart = np.abs(lead) > margin
    called = np.isin(report.pairs, ["better", "worse"]) & ~wrong_pairs
    right_means = np.isin(report.together, ["better", "worse"]) & ~wrong_means
    missed = world.truth.max() - world.truth[report.recommended]
    return {
        "false": (wrong_pairs.any(axis=(1, 2)) | wrong_rivals.any(axis=(1, 2)) | wrong_means.any(axis=1)).mean(),
        "pair": wrong_pairs.any(axis=(1, 2)).mean(),
        "baseline": wrong_rivals.any(axis=(1, 2)).mean(),
        "coverage": ((report.single.low <= lead) & (lead <= report.single.high)).mean(),
        "false equal": ((report.pairs == "equal") & (np.abs(lead) > margin)).any(axis=(1, 2)).mean(),
        "equal": (report.pairs == "equal")[..., ~apart].mean() if not apart.all() else np.nan,
        "power": called[..., apart].mean() if apart.any() else np.nan,
        "of the mean": right_means[..., apart].mean() if apart.any() else np.nan,
        "recommended": (report.recommended >= 0).mean(),
        "wrong": ((report.recommended >= 0) & (missed > margin)).mean(),
        "width": float(np.median(report.bounds.high - report.bounds.low) / 2),
    }


def false(verdicts: np.ndarray, truth: np.ndarray, margin: float) -> np.ndarray:
    """Return which verdicts (..., comparisons) are false, given the true differences (comparisons,)."""
    inside = np.abs(truth) <= margin
    better, worse, equal = (verdicts == name for name in ("better", "worse", "equal"))
    return better & (inside | (truth < 0)) | worse & (inside | (truth > 0)) | equal & ~inside


def shared_draw_loss(
    noise: float, luck: float, n: int = 8, searches: int = 100_000, seed: int = 0
) -> tuple[float, ...]:
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
        *(
            World(f"solves {chance} % against steady", (f"solves {chance} %", "steady"), threshold=True)
            for chance in (10, 20, 60, 90)
        ),
        World("solves 10 % against steady, no threshold", ("solves 10 %", "steady")),
        World("solves 20 % against steady, no threshold", ("solves 20 %", "steady")),
        World("30 % fail at random", ("fails at random", "normal")),
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
        World("one 1 sd ahead", leads=(0.05, 0, 0)),
        World("one 2 sd ahead", leads=(0.1, 0, 0)),
        World("one 2 sd ahead, luck 1", luck=1, leads=(0.1, 0, 0)),
        World("one 4 sd ahead, luck 2", luck=2, leads=(0.2, 0, 0)),
    ]
    return {"Alike": alike, "Equal, but not alike": unlike, "At the baselines": baselines, "Apart": apart}


SIZES = {
    "24 trials, best of 4": {"trials": 24, "n": 4},
    "24 trials, best of 8": {"trials": 24, "n": 8},
    "48 trials, best of 8": {"trials": 48, "n": 8},
    "48 trials, best of 4": {"trials": 48, "n": 4},
    "12 trials, best of 2": {"trials": 12, "n": 2},
    "24 trials, best of 4, one task, two architectures": {"trials": 24, "n": 4, "tasks": 1, "architectures": 2},
    "24 trials, best of 4, twelve tasks, six architectures": {"trials": 24, "n": 4, "tasks": 12, "architectures": 6},
}
LARGE = 50  # worlds with at least this many cells get a fifth of the studies
COLUMNS = (
    "false",
    "pair",
    "baseline",
    "coverage",
    "false equal",
    "equal",
    "power",
    "of the mean",
    "recommended",
    "wrong",
)


PREFACE = """# Calibration

Does a report keep its promise? The rules of `suite.analysis.contrasts` were run on thousands of invented studies whose
truth is known. Reports do not apply these rules yet: their verdicts are about the final runs of one search. Made by
`python benchmarks/calibration.py --write docs/calibration.md` with {studies} studies per row, so that a rate of 5 % is
known to about {error:.1f} points, and a fifth of them for twelve tasks, where it is known to about twice that.

A **world** says how trials come about. Unless it says otherwise: four tasks, three architectures, skill about 0.5, the
deviation between seeds 0.05. *Search luck* is the deviation between configurations in deviations between seeds.
*Steady* has a fifth of the spread of the others. The margin is 0.02 of skill. In "alike", "equal, but not alike" and
"at the baselines" all are equally good, so that every "better" and "worse" is false.

All rates are per cent. **false**: studies with any false statement, on a pair, against a baseline or on the mean over
tasks (demand: at most 5). **coverage**: of the 95 % interval of one pair alone (demand: at least 93). **false equal**:
studies that call equal what is further apart than the margin. **equal**: pairs truly within the margin that are called
so. **power**: pairs truly apart that are called so, on one task; **of the mean**: on the mean over tasks.
**recommended**: studies that name an architecture that no other can beat by more than the margin;
**wrong**: where one is. **half-width**: of a pair's joint interval, in skill.

## What the tables say

- With 24 trials and best of 4 a report on four tasks and three architectures states something false in at most 2.6 % of
  the studies, in every kind of world but one. On twelve tasks and six architectures it meets the demand except where
  long tails meet a steady rival: 6 % there, in 2,000 studies, and 2 % with 36 trials.
- The exception: trials that work in one case of ten, or of five, against a rival halfway between working and not, on a
  task that is not known to be solvable. At one in ten, no trial works in 8 % of the cells of 24 trials, and nothing in
  the data tells such a cell from one that cannot learn. Where the threshold is known, or the loss shows that learning
  never began, the verdict stays open, and the demand is met.
- Best of 8 from 24 trials is worth less: intervals are nearly twice as wide, and where long tails meet a steady rival
  the demand is narrowly missed. So verdicts are firm with at least 24 trials, for searches of up to a sixth of them.
- With 12 trials, a kind of trial that works in one case of five does not occur in 7 % of the cells: provisional.
- A lead is found on single tasks if it is at least two deviations between seeds, and on the mean of several tasks if it
  is at least one. More trials help, longer searches do not: with 48 trials, best of 4 finds 87 % of the leads of two
  deviations, and best of 8 finds 55 %.
- Intervals are wider than they need be where scores are smooth. That is the price of one rule for all.

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
                studies = chosen.studies // (5 if world.tasks * world.architectures >= LARGE else 1)
                say(row(world.name, measured(world, studies)))
    if chosen.write:
        preface = PREFACE.format(studies=chosen.studies, error=100 * (0.05 * 0.95 / chosen.studies) ** 0.5)
        chosen.write.write_text(preface + "\n".join(lines).lstrip() + "\n")


if __name__ == "__main__":
    main()
