"""Sample: the test examples by which a final run is explained, and the parts into which they are divided."""

from dataclasses import dataclass

import numpy as np

from suite.files.strict_json import checksum
from suite.tasks.data import Data
from suite.tasks.fold import Fold
from suite.tasks.targets import DATE, clusters_of
from suite.tasks.task import Task

MOST_EXAMPLES, FEWEST_EXAMPLES = 512, 128
STEPS = 32_768  # of all examples together, unless these are the fewest
PARTS, PARTS_OF_DATES = 20, 10  # of the examples; dates make fewer and longer ones, because neighbours are alike


@dataclass(frozen=True)
class Sample:
    """A sample of test examples, each with one target.

    `rows`: the examples. `anchor`: the step that the target belongs to. `place`: the target's place among all evaluated
    targets. `part`: the part of the sample that the example belongs to, 0, 1, ...; examples that depend on each other
    share one. `unit`: what parts are made of: "date", "group" or "example". `split`: a label of these examples.
    """

    rows: np.ndarray
    anchor: np.ndarray
    place: np.ndarray
    part: np.ndarray
    unit: str
    split: str


def sampled(task: Task, data: Data, seed: int, fold: Fold) -> Sample:
    """Draw test examples: the same ones for all runs with the same seed and test split.

    Where every step has a target, one evaluated step of each example is drawn.
    """
    rng, mask = np.random.default_rng(seed), _evaluated(task, data)
    most = int(np.clip(STEPS // mask.shape[1], FEWEST_EXAMPLES, MOST_EXAMPLES))
    rows = np.sort(rng.permutation(np.flatnonzero(mask.any(axis=1)))[:most])
    anchor = np.where(mask[rows], rng.random(mask[rows].shape), -1).argmax(axis=1)
    place = (mask.cumsum().reshape(mask.shape) - 1)[rows, anchor] if task.per_step else rows
    unit, clusters = clusters_of(task, data, fold)
    part = parts(clusters[rows], unit, rng)
    return Sample(rows, anchor, place, part, unit, checksum([str(one) for one in clusters[rows]]))


def parts(clusters: np.ndarray, unit: str, rng: np.random.Generator) -> np.ndarray:
    """Divide examples into parts of about equally many clusters: dates in their order, others at random."""
    known, place = np.unique(clusters, return_inverse=True)
    count = min(PARTS_OF_DATES if unit == DATE else PARTS, len(known))
    number = np.arange(len(known)) * count // len(known)
    return (number if unit == DATE else rng.permutation(number))[place]


def _evaluated(task: Task, data: Data) -> np.ndarray:
    """Return which steps of the test split have a target, (examples, time); a sequence's only one is at its end."""
    shape = data.test[0].shape[:2]
    if not task.per_step:
        return np.arange(shape[1]) == data.bounds("test")[1][:, None]
    mask = data.mask("test")
    return np.ones(shape, bool) if mask is None else np.asarray(mask, bool)


def targets_of(task: Task, data: Data, values: np.ndarray) -> np.ndarray:
    """Return the values of all evaluated targets of the test split, (targets, ...)."""
    found = data.counted("test", values)
    return found.reshape(-1, *found.shape[2:]) if task.per_step and data.mask("test") is None else found
