"""Explain: measure on a worker how much skill a stored network keeps when inputs of test examples are changed."""

import time
from typing import Any

import numpy as np

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.experiment.run import Run
from suite.files.unfinished import temporary_folder
from suite.results.explanation import METHOD
from suite.seeds import derive_seed
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.datasets.vocabulary import SPECIAL, UNKNOWN
from suite.tasks.own import READERS
from suite.tasks.own.readers import restored
from suite.tasks.task import Task
from suite.training.perturbations import Inputs
from suite.training.prepare import load
from suite.training.sample import sampled

PADDED, UNKNOWN_WORD, MEAN = "padding", "the unknown word", "its mean over the training split"


def explain(run: Run, model: bytes) -> dict[str, Any]:
    """Return the content of a final run's explanation (`suite.results.explanation`), given its stored model.

    Raise any error of the task's function or of Keras.
    """
    begun = time.perf_counter()
    backend.start(run.budget.threads)
    from suite.training.changed_skill import changed_skills

    data, network = load(run), _network(model)
    sample = sampled(run.task, data, derive_seed(run.task.base, "explanation", "examples", *run.fold), run.fold)
    fill, replaced = filling(data)
    later = run.task.per_step and not run.task.causal
    inputs = Inputs(data.test[0][sample.rows], data.valid("test")[sample.rows], sample.anchor, fill, later)
    return {
        "method": METHOD,
        "examples": len(sample.rows),
        "of": len(data.test[0]),
        "unit": sample.unit,
        "split": sample.split,
        "steps": inputs.steps,
        "counted": counted_from(run.task),
        "features": inputs.features,
        "names": _names(data, inputs.features),
        "replaced": replaced,
        "effects": [*changed_skills(run, data, network, sample, inputs)],
        "seconds": time.perf_counter() - begun,
    }


def counted_from(task: Task) -> str:
    """Return from where steps are counted."""
    if not task.per_step:
        return "the end of the sequence"
    return "the step that is predicted" + ("" if task.causal else ", in both directions")


def filling(data: Data) -> tuple[np.ndarray, str]:
    """Return what an occluded step holds, (features,) or a token, and what to call it.

    It is the mean over the training split or, for tokens, the unknown word of the vocabulary, else padding, which
    networks skip.
    """
    x, _ = data.train
    if data.tokens:
        known = SPECIAL[UNKNOWN] in np.asarray(data.preparation.get("vocabulary", ()))
        return (np.array(UNKNOWN), UNKNOWN_WORD) if known else (np.array(0), PADDED)
    return x[valid_steps(x, data.steps("train"))].mean(axis=0, dtype=np.float64), MEAN


def _names(data: Data, features: int) -> list[str]:
    """Return the names of the features that the reader of the user's data knows; [] if there are none."""
    labels = getattr(restored(data.preparation, READERS), "labels", None)
    found = [str(label) for label in labels(data.preparation)] if labels else []
    return found if len(found) == features else []


def _network(model: bytes) -> Any:
    """Return a stored model, loaded in safe mode."""
    from suite.architectures.portable import loaded

    ARCHITECTURES.load()  # packages register their layers
    with temporary_folder() as folder:
        path = folder / "model.keras"
        path.write_bytes(model)
        return loaded(path)
