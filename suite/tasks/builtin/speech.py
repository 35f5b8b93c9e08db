"""Speech: a task on generated utterances of two vowels, given as the energy in a set of frequency channels."""

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.splits import sizes
from suite.tasks.task import task

# men's mean formants F1, F2, F3 in Hz for the vowels in heed, hod, who'd, head, hawed (Peterson and Barney 1952)
FORMANTS = np.array([[270, 2290, 3010], [730, 1090, 2440], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410]])
PAIRS = ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0))
SHORTEST, LONGEST = 30, 60
CHANNELS = np.geomspace(200, 4_000, 12)
CHANNEL_WIDTH = 0.2
GLIDE = 0.04
SIGNAL_TO_NOISE = 10.0


@task(
    "speech-like",
    title="Speech-like sounds",
    family="speech",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline="order-free",
    licence="none (generated)",
    source="generated, with the vowel formants of Peterson and Barney 1952",
    tags=("variable-length",),
)
def speech_like(seed: int, examples: int = 2_000) -> Data:
    """Twelve noisy frequency channels over 30 to 60 frames; which of five vowel pairs, in which order? Generated.

    Best possible accuracy: not known; features that ignore order cannot beat 0.5 within a pair.
    """
    rng = np.random.default_rng(seed)
    drawn = [_utterances(rng, count) for count in sizes(examples)]
    train, validation, test = ((x, y) for x, y, _ in drawn)
    lengths = {split: lengths for split, (_, _, lengths) in zip(SPLITS, drawn, strict=True)}
    return Data(train, validation, test, lengths=lengths)


def _utterances(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x (count, LONGEST, channels), padded with zeros; y (count,), 2 * pair + order; and lengths (count,)."""
    y = rng.permutation(np.arange(count) % (2 * len(PAIRS)))
    lengths = rng.integers(SHORTEST, LONGEST, count, endpoint=True)
    energy = _energy(_formant_tracks(rng, y, lengths))
    valid = (np.arange(LONGEST) < lengths[:, None])[..., None]
    power = np.sum(energy**2 * valid, axis=(1, 2), keepdims=True) / (lengths[:, None, None] * len(CHANNELS))
    noise = rng.standard_normal(energy.shape) * np.sqrt(power / SIGNAL_TO_NOISE)
    return np.where(valid, energy + noise, 0).astype(np.float32), y, lengths


def _formant_tracks(rng: np.random.Generator, y: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the formants in Hz at every frame, as they glide from the first vowel to the second.

    The shape is (count, LONGEST, 3). The random times of the glide are symmetric about the middle of an utterance, so
    that a pair of vowels played backwards is distributed exactly like the same pair in the other order.
    """
    first, second = _ordered_vowels(y)
    turn = rng.uniform(0.3, 0.7, (len(y), 1))
    speaker = rng.uniform(0.85, 1.15, (len(y), 1, 1))
    time = (np.arange(LONGEST) + 0.5) / lengths[:, None]
    progress = 1 / (1 + np.exp((turn - time) / GLIDE))
    return speaker * (first + progress[..., None] * (second - first))


def _ordered_vowels(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the formants in Hz of the first vowel and of the second vowel, both of shape (count, 1, 3)."""
    vowels = np.array(PAIRS)[y // 2]
    vowels = np.where(y[:, None] % 2, vowels[:, ::-1], vowels)
    return FORMANTS[vowels[:, :1]], FORMANTS[vowels[:, 1:]]


def _energy(formants: np.ndarray) -> np.ndarray:
    """Return the energy in every channel, shape (count, time, channels): one Gaussian in log frequency per formant."""
    distance = np.log(formants)[..., None] - np.log(CHANNELS)
    return np.exp(-0.5 * (distance / CHANNEL_WIDTH) ** 2).sum(axis=2)
