"""Test examples of invented studies: draw them from a population, and score the trials of calibration.py on them.

A population says how test examples come about: how many, of which groups or dates, in which test splits (folds), and
how differently architectures do on single examples. Every study draws its own examples, and all its trials are scored
on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import calibration
import numpy as np
from calibration import Studies, World
from scipy import special
from scipy.signal import lfilter

from suite.analysis.best_of import Searched
from suite.analysis.items import Choice, HeldOut, Spread, contributions, spread
from suite.analysis.replicates import TRAINED

SHARED = 0.3  # share of an example's difficulty that all models have in common, in the variance of the latent scores
CHANCE = 0.5  # accuracy of the trivial baseline
SHARED_ERROR = 0.4  # the same share for squared errors: what nobody can predict
OWN = {0.13: 0.070, 0.21: 0.177, 0.4: 0.528}  # rms difference in accuracy on an example -> share of an architecture
SMALL = World("", small=0.2)  # a standard deviation of 0.01 between seeds: test examples matter most


@dataclass(frozen=True)
class Population:
    """The distribution from which the test examples of a study are drawn.

    `examples`, `clusters`: how many there are in each of the `folds`; without clusters, every example is one. `unit`:
    what a cluster is. `differences`: by how much (rms, see OWN) the accuracies of two architectures differ on a single
    example; the share `together` of its variance lies between clusters, `autocorrelation` is that of consecutive
    clusters. `squared`: whether scores are skewed squared errors instead. `training`: the standard deviation of what a
    fold's training part does to the skill of an architecture; the share `overlap` of its variance is common to all
    folds.
    """

    name: str
    world: World = SMALL
    examples: int = 300
    clusters: int = 0
    unit: str = "example"
    folds: int = 1
    differences: float = 0.21
    together: float = 0.15
    autocorrelation: float = 0.0
    squared: bool = False
    training: float = 0.0
    overlap: float = 0.0


class Scored(NamedTuple):
    """Studies as their reports see them, with the spread of every comparison between test examples.

    `spreads` (2, studies, tasks, comparisons): the variance and the number of clusters; first come the pairs, then the
    comparisons with the trivial baseline, then those with the trained one.
    """

    studies: Studies
    spreads: np.ndarray


def scored(population: Population, studies: int, rng: np.random.Generator) -> Scored:
    """Return this number of studies of `population.world`, each scored on test examples of its own."""
    world = population.world
    found = calibration.drawn(world, studies, rng)
    test, rival = np.empty_like(found.test), np.empty_like(found.rival)
    spreads = np.empty((2, studies, world.tasks, 3 * world.architectures))
    for place in np.ndindex(studies, world.tasks):
        held = splits(population, found.test[place], rng)
        test[place], rival[place] = skills(held, world)
        every = compared(world, held, found.validation[place])
        spreads[(slice(None), *place)] = np.transpose([(one.variance, one.clusters) for one in every])
    return Scored(Studies(found.validation, test, found.left, rival), spreads)


def splits(population: Population, skill: np.ndarray, rng: np.random.Generator) -> list[HeldOut]:
    """Return the test splits of one task of a study, given the skills (architectures, trials) in the population."""
    world, folds = population.world, population.folds
    fold = np.arange(world.trials) % folds
    latent = latents(population, world.architectures + 4, rng)
    training = trained_on(population, rng)
    draw = squared_errors if population.squared else successes
    labels = np.arange(folds * population.examples) // (population.examples // (population.clusters or 1))
    found = []
    for k, clusters in enumerate(np.split(labels if population.clusters else np.arange(labels.size), folds)):
        numbers = np.flatnonzero(fold == k)
        items, rival, trivial = draw(population, skill[:, numbers] + training[:, k, None], latent[:, k], rng)
        perfect = 0.0 if population.squared else 1.0
        named = {
            str(name): {number: contributions(one, trivial, perfect) for number, one in zip(numbers, each, strict=True)}
            for name, each in enumerate(items)
        }
        own = contributions(rival, trivial, perfect)
        found.append(HeldOut(clusters, population.unit, named | {TRAINED: dict.fromkeys(numbers, own)}))
    return found


def latents(population: Population, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return standard normal values (rows, folds, examples), more alike in the same cluster and in consecutive ones."""
    folds, examples, keep = population.folds, population.examples, population.autocorrelation
    clusters = population.clusters or examples
    fresh = rng.normal(size=(rows, folds * clusters))
    fresh[:, 1:] *= np.sqrt(1 - keep**2)
    between = np.repeat(lfilter([1], [1, -keep], fresh), examples // clusters, axis=1)
    if examples > clusters:
        together = population.together
        between = np.sqrt(together) * between + np.sqrt(1 - together) * rng.normal(size=between.shape)
    return between.reshape(rows, folds, examples)


def trained_on(population: Population, rng: np.random.Generator) -> np.ndarray:
    """Return what the training part of each fold does to skill (architectures, folds)."""
    shape, overlap = (population.world.architectures, population.folds), population.overlap
    common, own = rng.normal(size=(shape[0], 1)), rng.normal(size=shape)
    return population.training * (np.sqrt(overlap) * common + np.sqrt(1 - overlap) * own)


def successes(
    population: Population, skill: np.ndarray, latent: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which examples trials (architectures, trials, n), the trained and the trivial baseline get right (n,)."""
    shared, trivial, rival, _, own = *latent[:4], latent[4:]
    share, rest = OWN[population.differences], 1 - SHARED - OWN[population.differences]
    hard, noise = np.sqrt(SHARED) * shared, rng.normal(size=(*skill.shape, shared.size))

    def right(skill: np.ndarray | float, own: np.ndarray) -> np.ndarray:
        return (hard + own < special.ndtri(CHANCE + (1 - CHANCE) * np.asarray(skill))).astype(float)

    models = right(skill[..., None], np.sqrt(share) * own[:, None] + np.sqrt(rest) * noise)
    return models, *(
        right(level, np.sqrt(1 - SHARED) * one) for level, one in ((population.world.baseline, rival), (0.0, trivial))
    )


def squared_errors(
    population: Population, skill: np.ndarray, latent: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same as `successes`, as squared errors, which vary much more on some examples than on others."""
    shared, trivial, rival, volatile, own = *latent[:4], latent[4:]
    share, rest = OWN[population.differences], 1 - SHARED_ERROR - OWN[population.differences]
    scale, noise = np.exp(volatile - 0.5), rng.normal(size=(*skill.shape, shared.size))

    def error(skill: np.ndarray | float, own: np.ndarray) -> np.ndarray:
        return scale * (1 - np.asarray(skill)) * (np.sqrt(SHARED_ERROR) * shared + own) ** 2

    models = error(skill[..., None], np.sqrt(share) * own[:, None] + np.sqrt(rest) * noise)
    return models, *(
        error(level, np.sqrt(1 - SHARED_ERROR) * one)
        for level, one in ((population.world.baseline, rival), (0.0, trivial))
    )


def skills(held: Sequence[HeldOut], world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return the skills of all trials (architectures, trials) and of the trained baseline (trials,) on their splits."""
    found = np.empty((world.architectures + 1, world.trials))
    for one in held:
        for name, each in one.skills.items():
            place = -1 if name == TRAINED else int(name)
            found[place, list(each)] = [values.mean() for values in each.values()]
    return found[:-1], found[-1]


def compared(world: World, held: Sequence[HeldOut], validation: np.ndarray) -> list[Spread]:
    """Return the spreads of all comparisons on a task, in the order of Scored, as `suite.analysis.effects` does."""
    chances = [dict(enumerate(Searched(one, one, world.n).chances)) for one in validation]
    even = Choice(-1, TRAINED, dict.fromkeys(range(world.trials), 1 / world.trials))
    one = [Choice(1, str(name), each) for name, each in enumerate(chances)]
    pairs = [[one[a], one[b]._replace(weight=-1)] for a, b in world.pairs]
    return [spread(held, terms) for terms in (*pairs, *([each] for each in one), *([each, even] for each in one))]
