"""Folder: one kept model with all it takes to use it without the suite."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from suite import audio
from suite.export.card import card
from suite.kept import Kept, Place
from suite.own.texts import WORD
from suite.store import finite, write_atomically, write_json, writing
from suite.winner import validation

# of the targets: the kept model answers in their units by itself
WITHIN_THE_MODEL = ("target_mean", "target_scale")


def write(place: Place, models: Sequence[Kept], folder: Path) -> list[Path]:
    """Writes model, SavedModel, preparation, model card and script of the seed with the best validation score.

    Returns their paths. Raises UnreadableError, before anything is written, when the model cannot be loaded.
    """
    facts = place.results.tasks[place.task]
    one = best_seed(models, facts)
    network = one.network()
    preparation = plain_preparation(one, facts)
    script = f"{preparation.get('reader', 'arrays')}.py.txt"
    contents = {
        "model.keras": one.path.read_bytes(),
        "README.md": card(place, one, len(models)).encode("utf-8"),
        "predict.py": (resources.files("suite.export") / "scripts" / script).read_bytes(),
    }
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        network.export(folder / "saved_model", format="tf_saved_model", verbose=False)
    for name, content in contents.items():
        write_atomically(folder / name, content)
    write_json(folder / "preparation.json", preparation)
    return [folder / name for name in (*contents, "preparation.json", "saved_model")]


def best_seed(models: Sequence[Kept], facts: dict[str, Any]) -> Kept:
    """The model with the best validation score, the first where none is known: its test score plays no part."""
    sign = -1 if facts.get("direction") == "higher" else 1
    scored = [(one, validation([one.record], facts)) for one in models]
    return min(scored, key=lambda pair: sign * pair[1][0] if pair[1] else np.inf)[0]


def plain_preparation(one: Kept, facts: dict[str, Any]) -> dict[str, Any]:
    """The preparation as plain values, and the constants that the way from raw data to x needs besides."""
    from suite.model import PADDING

    known = {name: value.tolist() for name, value in one.preparation.items() if name not in WITHIN_THE_MODEL}
    constants = {
        "texts": {"word": WORD.pattern},
        "sounds": {
            "rate": audio.RATE, "frame": audio.FRAME, "hop": audio.HOP, "floor": audio.FLOOR,
            "filters": audio.filters(),
        },
    }  # fmt: skip
    signature = facts["signature"]
    shape = {key: signature[key] for key in ("length", "features", "vocabulary") if signature[key] is not None}
    shape = {"task": facts["name"], "kind": facts["kind"], "input": shape, "padding": PADDING}
    return finite(shape | known | constants.get(known.get("reader"), {}))
