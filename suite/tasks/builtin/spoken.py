"""Spoken: tasks on recorded speech: which digit is spoken, and which of nine speakers says two vowels?"""

import hashlib
import io
from functools import partial
from pathlib import Path

import numpy as np

from suite.errors import FoldError
from suite.tasks.data import Data
from suite.tasks.datasets import audio, riff
from suite.tasks.datasets.archives import members
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.datasets.scaling import apply
from suite.tasks.datasets.splits import three_ways
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.readers import settings
from suite.tasks.own.sounds.declaration import SoundReader
from suite.tasks.task import task

FRAMES = 62  # one second; 20 of the 3,000 recordings are longer and are cut
TEST_SPEAKERS = ("theo", "yweweler")
VOWELS = "https://raw.githubusercontent.com/aeon-toolkit/aeon/e5c37bb0a54950b552df33546c47510fffa0752b/aeon/datasets/data/JapaneseVowels/"
VALIDATION_SHARE = 0.2


def recordings(path: Path) -> list[tuple[str, bytes]]:
    """Return the file name and the bytes of every recording in the archive, sorted by name."""
    found = members(path, r"[^/]+/recordings/[^/]+\.wav")
    return sorted((name, content) for name, content in found)


def recordings_sum(path: Path) -> str:
    """Return the sha256 of the names and the bytes of all recordings.

    The sha256 of the archive itself may change, because the server builds the archive on request.
    """
    digest = hashlib.sha256()
    for name, content in recordings(path):
        digest.update(name.rsplit("/", 1)[-1].encode() + content)
    return digest.hexdigest()


SPOKEN_DIGITS = DataSet(
    "fsdd",
    (
        File(
            "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz",
            "45a9b976ba3397a2fd5c70a9f2e43c34f442a3a6be47392ecfc41174b678f37e",
            "free-spoken-digit-dataset-1.0.10.tar.gz",
            recordings_sum,
        ),
    ),
    licence="CC BY-SA 4.0",
    source="Free Spoken Digit Dataset 1.0.10",
)
JAPANESE_VOWELS = DataSet(
    "japanese_vowels",
    (
        File(f"{VOWELS}JapaneseVowels_TRAIN.ts", "68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd"),
        File(f"{VOWELS}JapaneseVowels_TEST.ts", "b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462"),
    ),
    licence="CC BY 4.0 (UCI)",
    source="Japanese Vowels (Kudo, Toyama and Shimbo 1999; UCI 128)",
)


speech = partial(
    task, family="speech", kind="classification", baseline="majority", trained_baseline=("order-free", "minirocket")
)


@speech("spoken-digits", metric="accuracy", tags=("real", "variable-length"), data_set=SPOKEN_DIGITS)
def spoken_digits(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Log-mel frames of a spoken digit; which digit, spoken by speakers who are not in training?

    Real recordings of six speakers: the same two are always for testing; the seed draws one of the others for
    validation. With folds (2 to 6), each tests another single speaker. Best possible accuracy: not known, near 1.
    """
    speakers = heard()["speaker"]
    tested = _tested(sorted(set(speakers.tolist())), fold)
    others = sorted(set(speakers.tolist()) - set(tested))
    validation = np.random.default_rng(seed).choice(others)
    test = np.isin(speakers, tested)
    rows = {"train": ~test & (speakers != validation), "validation": speakers == validation, "test": test}
    return utterances({split: np.flatnonzero(chosen) for split, chosen in rows.items()})


def _tested(speakers: list[str], fold: Fold) -> tuple[str, ...]:
    if fold.folds > len(speakers):
        raise FoldError(f"{len(speakers)} speakers allow at most {len(speakers)} folds, not {fold.folds}")
    return TEST_SPEAKERS if fold.folds == 1 else (speakers[fold.index],)


def heard() -> Arrays:
    """Return all spoken digits: `frames` (3000, FRAMES, bands); `length`, `digit`, `speaker` and `take` (3000,)."""
    return prepared(SPOKEN_DIGITS, _hear, audio, riff)


def utterances(rows: dict[str, np.ndarray]) -> Data:
    """Return the spoken digits at `rows`, with bands standardised by the mean and spread of the training frames."""
    digits = heard()
    valid = np.arange(FRAMES) < digits["length"][rows["train"], None]
    frames = digits["frames"][rows["train"]][valid]
    fitted = {"mean": frames.mean(axis=0), "scale": frames.std(axis=0)}
    x = apply(digits["frames"], digits["length"], fitted)
    fitted |= {"steps": FRAMES, **settings(SoundReader(FRAMES))}
    return Data.of_rows(rows, x, digits["digit"], fitted, lengths=digits["length"], groups=digits["speaker"])


def _hear(path: Path) -> Arrays:
    found = recordings(path)
    labels = [Path(name).stem.split("_") for name, _ in found]
    spectra = [audio.log_mel(*audio.read_wav(io.BytesIO(content), name))[:FRAMES] for name, content in found]
    return {
        "frames": np.stack([np.pad(one, ((0, FRAMES - len(one)), (0, 0))) for one in spectra]),
        "length": np.array([len(one) for one in spectra]),
        "digit": np.array([int(digit) for digit, _, _ in labels]),
        "speaker": np.array([speaker for _, speaker, _ in labels]),
        "take": np.array([int(take) for _, _, take in labels]),
    }


@speech(
    "japanese-vowels",
    metric="balanced_accuracy",
    tags=("real", "variable-length", "group-is-label"),
    data_set=JAPANESE_VOWELS,
    official=True,
)
def japanese_vowels(seed: int) -> Data:
    """Twelve coefficients (linear prediction) over 7 to 29 frames of two vowels; which of nine speakers says them?

    Real recordings in their official split, and therefore without folds, the speaker being the label; the seed draws a
    fifth of each speaker's training series for validation. Best possible accuracy: not known, near 1.
    """
    vowels = prepared(JAPANESE_VOWELS, _spell)
    rows = three_ways(seed, vowels["speaker"], np.flatnonzero(vowels["test"]), VALIDATION_SHARE)
    return Data.of_rows(rows, vowels["x"], vowels["speaker"], lengths=vowels["length"])


def _spell(*paths: Path) -> Arrays:
    series = [(_series(line), is_test) for is_test, path in enumerate(paths) for line in _rows(path)]
    lengths = np.array([len(values) for (values, _), _ in series])
    return {
        "x": np.stack([np.pad(values, ((0, lengths.max() - len(values)), (0, 0))) for (values, _), _ in series]),
        "length": lengths,
        "speaker": np.array([speaker - 1 for (_, speaker), _ in series]),
        "test": np.array([bool(is_test) for _, is_test in series]),
    }


def _rows(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] not in "#@"]


def _series(line: str) -> tuple[np.ndarray, int]:
    *channels, speaker = line.split(":")
    values = np.array([channel.split(",") for channel in channels], dtype=np.float32)
    return values.T, int(speaker)
