"""Digits: tasks on images of handwritten digits, read one pixel or one row at a time."""

import gzip
from functools import cache, partial
from pathlib import Path

import numpy as np

from suite.tasks.data import Data
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.datasets.packaged import packaged
from suite.tasks.datasets.splits import stratified_test, three_ways
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import task

FIXED_SEED = 0  # draws the permutation, so that it is the same for all users
VALIDATION_SHARE = 0.125
SHADES = 16
digits = partial(
    task, family="digits", kind="classification", metric="accuracy", baseline="majority", trained_baseline="flattened"
)
small = partial(
    digits,
    licence="CC BY 4.0 (UCI)",
    source="1,797 digits of 8 x 8 pixels (Alpaydin and Kaynak 1998), as shipped in scikit-learn",
    tags=("real",),
)
MNIST = DataSet(
    "mnist",
    (
        File(
            "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        File(
            "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
    licence="CC BY-SA 3.0",
    source="the 10,000 test images of MNIST (LeCun et al. 1998)",
)
large = partial(digits, data_set=MNIST)


@small("digits-sequential", title="Digits, pixel by pixel")
def digits_sequential(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """A handwritten digit of 8 x 8 pixels, pixel by pixel; which digit is it?

    Real digits. A fixed fifth is for testing; the seed draws an eighth of the others for validation. With folds, each
    digit is tested once. Best possible accuracy: not known, near 1.
    """
    images, labels = small_digits()
    return _split(seed, fold, images[..., None], labels)


@small("digits-permuted", title="Digits, permuted pixels")
def digits_permuted(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """A handwritten digit of 8 x 8 pixels, pixel by pixel in one fixed random order; which digit is it?

    Real digits, split like those of digits-sequential. Best possible accuracy: not known, near 1.
    """
    images, labels = small_digits()
    order = np.random.default_rng(FIXED_SEED).permutation(images.shape[1])
    return _split(seed, fold, images[:, order, None], labels)


@large("mnist-sequential-10k", title="MNIST, pixel by pixel", tags=("real", "long-term"))
def mnist_sequential_10k(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """A handwritten digit of 28 x 28 pixels, pixel by pixel over 784 steps; which digit is it?

    Real digits, only the 10,000 test images of MNIST: the same 2,000 are always for testing; the seed draws
    1,000 of the others for validation. With folds, each image is tested once. Best possible accuracy: not known,
    near 1.
    """
    images, labels = _large_digits()
    return _split(seed, fold, images.reshape(-1, 784, 1), labels)


@large("mnist-rows-10k", title="MNIST, row by row", tags=("real",))
def mnist_rows_10k(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """A handwritten digit of 28 x 28 pixels, row by row over 28 steps; which digit is it?

    Real digits, split like those of mnist-sequential-10k. Best possible accuracy: not known, near 1.
    """
    return _split(seed, fold, *_large_digits())


@cache
def small_digits() -> tuple[np.ndarray, np.ndarray]:
    """Read the digits that come with scikit-learn, without importing it.

    Return the pixels (1797, 64) from 0 to 1 and the labels (1797,).
    """
    path = packaged("sklearn", "datasets/data/digits.csv.gz", "the small digits", "scikit-learn")
    with gzip.open(path, "rt", encoding="ascii") as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.int64)
    return (rows[:, :-1] / SHADES).astype(np.float32), rows[:, -1]


def _split(seed: int, fold: Fold, x: np.ndarray, y: np.ndarray) -> Data:
    test = stratified_test(y, fold, f"the {len(y)} digits", "images")
    return Data.of_rows(three_ways(seed, y, test, VALIDATION_SHARE), x, y)


def _large_digits() -> tuple[np.ndarray, np.ndarray]:
    stored = prepared(MNIST, _read)
    return stored["images"].astype(np.float32) / 255, stored["labels"]


def _read(images: Path, labels: Path) -> Arrays:
    """Read IDX files: a header with a magic number and the sizes (16 bytes; 8 for labels), then one byte per value."""
    pixels = np.frombuffer(gzip.decompress(images.read_bytes()), dtype=np.uint8, offset=16)
    shown = np.frombuffer(gzip.decompress(labels.read_bytes()), dtype=np.uint8, offset=8)
    return {"images": pixels.reshape(-1, 28, 28), "labels": shown.astype(np.int64)}
