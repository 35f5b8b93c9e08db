"""Folder: one kept model with all it takes to use it without the suite."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from suite.analysis.best import validation
from suite.deploy.model_card import card
from suite.deploy.saved_models import Kept, Place
from suite.files import finite, write_atomically, write_json, writing
from suite.results.task_info import TaskInfo
from suite.tasks.datasets import audio
from suite.tasks.metrics import Metric
from suite.tasks.own.arrays import ArrayReader
from suite.tasks.own.texts import WORD

# kinds of NumPy arrays that JSON has as they are
PLAIN = "biufU"
# of the targets: the kept model answers in their units by itself
WITHIN_THE_MODEL = ("target_mean", "target_scale")


def write(place: Place, models: Sequence[Kept], folder: Path) -> list[Path]:
    """Writes model, SavedModel, preparation, model card and script of the seed with the best validation score.

    Returns their paths. Raises UnreadableError, before anything is written, when the model cannot be loaded.
    """
    facts = place.results.task(place.task)
    one = best_seed(models, place.results.headline(place.task))
    network = one.network()
    preparation = plain_preparation(one, facts, network)
    script = f"{(one.reader or ArrayReader).kind}.py.txt"
    contents = {
        "model.keras": one.path.read_bytes(),
        "README.md": card(place, one, len(models)).encode("utf-8"),
        "predict.py": (resources.files("suite.deploy") / "scripts" / script).read_bytes(),
    }
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        network.export(folder / "saved_model", format="tf_saved_model", verbose=False)
    for name, content in contents.items():
        write_atomically(folder / name, content)
    write_json(folder / "preparation.json", preparation)
    return [folder / name for name in (*contents, "preparation.json", "saved_model")]


def best_seed(models: Sequence[Kept], metric: Metric) -> Kept:
    """The model with the best validation score, the first where none is known: its test score plays no part."""
    scored = [(one, validation([one.record], metric.name)) for one in models]
    return max(scored, key=lambda pair: metric.sign * pair[1][0] if pair[1] else -np.inf)[0]


def plain_preparation(one: Kept, facts: TaskInfo, network: Any) -> dict[str, Any]:
    """The preparation as plain values, what the model reads, and the constants of the way from raw data to x."""
    from suite.architectures.model import PADDING
    from suite.architectures.portable import reads

    known = {name: _plain(value) for name, value in one.preparation.items() if name not in WITHIN_THE_MODEL}
    constants = {
        "texts": {"word": WORD.pattern},
        "sounds": {
            "rate": audio.RATE, "frame": audio.FRAME, "hop": audio.HOP, "floor": audio.FLOOR,
            "filters": audio.filters(),
        },
    }  # fmt: skip
    shape = {"task": facts.name, "kind": facts.kind, "input": reads(network), "padding": PADDING}
    return finite(known | shape | constants.get(one.reader and one.reader.kind, {}))


def _plain(value: np.ndarray) -> Any:
    """Numbers, truths and texts as they are; whatever else a task keeps, such as dates, as text."""
    return (value if value.dtype.kind in PLAIN else np.vectorize(str, otypes=[str])(value)).tolist()
