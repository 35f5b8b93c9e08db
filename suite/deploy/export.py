"""Export: writes one saved model with everything needed to use it without the suite."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from suite import backend
from suite.deploy.model_card import card
from suite.deploy.saved_models import SavedModel, Target
from suite.files.reading import read_own
from suite.files.strict_json import finite
from suite.files.writing import whole_folder, write_json
from suite.results.task_info import TaskInfo
from suite.tasks.datasets import audio
from suite.tasks.metrics import Metric
from suite.tasks.own.arrays.reader import ArrayReader
from suite.tasks.own.readers import Reader
from suite.tasks.own.series import SeriesReader
from suite.tasks.own.sounds.declaration import SoundReader
from suite.tasks.own.tables.numerals import ABSENT
from suite.tasks.own.texts.reader import TextReader
from suite.tasks.own.texts.words import PATTERNS

# the kinds of NumPy data types that JSON can store
PLAIN = "biufU"
# the scaling of the targets is not exported: the saved model already predicts in their units
WITHIN_THE_MODEL = ("target_mean", "target_scale")


def write(target: Target, models: Sequence[SavedModel], folder: Path) -> list[Path]:
    """Export the model of the seed with the best validation score, and return the paths of the files.

    The files are the model, a SavedModel, the preprocessing, a model card, a script with the module that adds intervals
    to its predictions, for sounds the module that it reads them with, and for a layer of the suite that Keras lacks the
    module of this layer. Raise
    UnreadableError, before anything is written, if the model cannot be loaded.
    """
    backend.import_quietly()  # the next line imports Keras
    from suite.architectures import portable

    facts = target.results.task(target.task)
    one = best_seed(models, target.results.headline(target.task))
    network = one.network()
    preparation = plain_preparation(one, facts, network)
    scripts = resources.files("suite.deploy") / "scripts"
    script = f"{(one.reader or ArrayReader).kind}.py.txt"
    contents = {
        "model.keras": read_own(one.path, one.store.root),
        "README.md": card(target, one, len(models)).encode("utf-8"),
        "predict.py": (scripts / script).read_bytes(),
        "intervals.py": (scripts / "intervals.py.txt").read_bytes(),
    }
    if isinstance(one.reader, SoundReader):
        contents["riff.py"] = (resources.files("suite.tasks.datasets") / "riff.py").read_bytes()
    if source := portable.own_layers(network):
        contents["layers.py"] = source
    with whole_folder(folder) as made:
        network.export(made / "saved_model", format="tf_saved_model", verbose=False)
        for name, content in contents.items():
            (made / name).write_bytes(content)
        write_json(made / "preparation.json", preparation)
    return [folder / name for name in (*contents, "preparation.json", "saved_model")]


def best_seed(models: Sequence[SavedModel], metric: Metric) -> SavedModel:
    """Return the model with the best validation score, or the first if no score is known; test scores do not matter."""

    def worth(one: SavedModel) -> float:
        score = one.record.score(metric.name, "validation")
        return -np.inf if score is None else metric.sign * score

    return max(models, key=worth)


def plain_preparation(one: SavedModel, facts: TaskInfo, network: Any) -> dict[str, Any]:
    """Return the preprocessing, the shape of x, and the constants for computing x from raw data, as plain values."""
    from suite.architectures.masking import PADDING
    from suite.architectures.portable import reads

    known = {name: _plain(value) for name, value in one.preparation.items() if name not in WITHIN_THE_MODEL}
    shape = {"task": facts.name, "kind": facts.kind, "input": reads(network), "padding": PADDING}
    levels = {"levels": list(one.levels)} if one.levels else {}
    return finite(known | shape | levels | _constants(one.reader))


def _constants(reader: Reader | None) -> dict[str, Any]:
    if isinstance(reader, TextReader):
        return {"word": PATTERNS[reader.by].pattern}
    if isinstance(reader, SoundReader):
        return _frames(reader)
    if isinstance(reader, SeriesReader):
        return {"absent": ABSENT}
    return {}


def _frames(reader: SoundReader) -> dict[str, Any]:
    """Return the constants with which a reader computes frames."""
    size, hop = audio.frame_size(reader.rate)
    filters = audio.filters(reader.rate, reader.bands)
    return {"rate": reader.rate, "frame": size, "hop": hop, "floor": audio.FLOOR, "filters": filters}


def _plain(value: np.ndarray) -> Any:
    """Return an array's numbers, booleans or strings unchanged, and any other values, such as dates, as text."""
    return (value if value.dtype.kind in PLAIN else np.vectorize(str, otypes=[str])(value)).tolist()
