"""Restoring: the reader out of a stored preparation, both held to what they should be before anything relies on them.

A preparation comes from a file that may be damaged, of another version, or made to harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from suite.errors import closest
from suite.tasks.data import Preparation
from suite.tasks.own.readers import STORED, Reader

CLASSES = "classes"
SCALED = ("mean", "scale")


def restored(preparation: Preparation, kinds: Mapping[str, type]) -> Reader | None:
    """The reader among these kinds whose settings a preparation holds, None when it holds none.

    Raises ValueError, in a few words, where the kind is unknown, or a setting, something fitted that the reader needs,
    or the names of the classes are missing or not what they should be.
    """
    for name, value in preparation.items():
        _check_text(name, np.asarray(value))
    kind = _kind(preparation, kinds)
    for name in _relied_on(preparation, kind):
        _check(name, _known(preparation, name))
    return kind and kind(**{field.name: _setting(preparation, field.name, field.type) for field in fields(kind)})


def check_fits(preparation: Preparation, reader: Reader | None, reads: Mapping[str, int], outputs: int) -> None:
    """Raises ValueError, in a few words, unless a preparation that was restored belongs to a model.

    `reads`: the `length` of the sequences that the model takes, and the number of their `features`, or the size of
    their `vocabulary`. `outputs`: how many numbers it answers with.
    """
    steps, features = reader.shape(preparation) if reader else (None, None)
    sizes = {"steps": (steps, reads["length"]), "features": (features, reads.get("features"))}
    for name in SCALED if reader else ():
        sizes[f"values of '{name}'"] = (_size(preparation, name), reads.get("features"))
    sizes["classes"] = (_size(preparation, CLASSES), outputs)
    for what, (own, models) in sizes.items():
        if own not in (None, models):
            raise ValueError(f"{own} {what}, the model takes {models}")
    words = len(preparation["vocabulary"]) if reader and "vocabulary" in reader.needs else 0
    if words > reads.get("vocabulary", 0):
        raise ValueError(f"{words} words, the model takes {reads.get('vocabulary')}")


def _size(preparation: Preparation, name: str) -> int | None:
    return len(preparation[name]) if name in preparation else None


def _kind(preparation: Preparation, kinds: Mapping[str, type]) -> type | None:
    if STORED not in preparation:
        return None
    name = np.asarray(preparation[STORED]).tolist()
    if not isinstance(name, str) or name not in kinds:
        raise ValueError(f"unknown reader {name!r:.50}: {closest(str(name), kinds)}")
    return kinds[name]


def _relied_on(preparation: Preparation, kind: type | None) -> list[str]:
    """The names of what is fitted that somebody will use; what a task without a reader keeps is its own affair."""
    classes = [CLASSES] if CLASSES in preparation else []
    scaled = SCALED if kind and set(SCALED) & set(preparation) else ()
    return [*dict.fromkeys((*(kind.needs if kind else ()), *scaled)), *classes]


def _known(preparation: Preparation, name: str) -> np.ndarray:
    if name not in preparation:
        raise ValueError(f"no '{name}'")
    return np.asarray(preparation[name])


def _check(name: str, value: np.ndarray) -> None:
    wanted, holds = SHOULD_BE[name]
    if not holds(value):
        raise ValueError(f"'{name}' is {value.dtype} {value.shape}, not {wanted}")


def _is_numbers(value: np.ndarray) -> bool:
    return value.ndim == 1 and value.dtype.kind == "f" and len(value) > 0 and bool(np.isfinite(value).all())


SHOULD_BE: dict[str, tuple[str, Callable[[np.ndarray], bool]]] = {
    "steps": ("a whole number above 0", lambda value: value.ndim == 0 and value.dtype.kind in "iu" and value > 0),
    "mean": ("a finite number a feature", _is_numbers),
    "scale": ("a number above 0 a feature", lambda value: _is_numbers(value) and (value > 0).all()),
    "vocabulary": ("a list of words", lambda value: value.ndim == 1 and value.dtype.kind == "U" and len(value) > 1),
    CLASSES: ("a list of different names", lambda value: value.ndim == 1 and len(set(map(str, value))) == len(value)),
}


def _setting(preparation: Preparation, name: str, kind: Any) -> Any:
    """A setting as a plain value of the type that the reader declares: a text, a truth, a count, or texts."""
    stored = f"{STORED}_{name}"
    value = _known(preparation, stored).tolist()
    value = tuple(value) if isinstance(value, list) else value
    if kind == tuple[str, ...]:
        holds = isinstance(value, tuple) and len(value) > 0 and all(type(one) is str for one in value)
    else:
        holds = type(value) is kind and (kind is not int or value > 0)
    if not holds:
        raise ValueError(f"'{stored}' is {value!r:.50}")
    return value


def _check_text(name: str, value: np.ndarray) -> None:
    if value.dtype.kind == "U":
        try:
            "".join(value.ravel().tolist()).encode("utf-8")
        except ValueError as error:  # UnicodeError is one
            raise ValueError(f"'{name}' holds text that is none") from error
