"""Readers: turn raw files into x in the same way for training and for new data; each saved model stores its reader.

Stored preprocessing comes from a file that may be damaged, malicious or from another version. Therefore this file
checks it before any other code relies on it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from suite.errors import closest
from suite.tasks.data import Preparation

STORED = "reader"
CLASSES = "classes"
SCALED = ("mean", "scale")
LISTS: dict[Any, type] = {tuple[str, ...]: str, tuple[int, ...]: int}


@dataclass(frozen=True)
class Raw:
    """The content of a file before any fitted preprocessing is applied.

    `examples`: the examples in the form that the reader's `inputs` expects. `origin`: column name -> the origin of
    each example, such as its row. `remark`: a message for the owner of the file, or "". `faults`: position of an
    example that could not be read -> one line that says why; `examples` then holds any valid example in its place,
    and nothing is predicted for it.
    """

    examples: Any
    origin: Mapping[str, list[Any]]
    remark: str = ""
    faults: Mapping[int, str] = field(default_factory=dict)


class Reader(Protocol):
    """A frozen dataclass that reads files; its fields are plain settings (text, booleans, counts above 0), or further
    dataclasses of such settings.

    `read(path)` reads a file; it raises RequestError, which names the file and the row, if the file is invalid. It may
    instead name examples that cannot be read in `Raw.faults`, so that the others still get their predictions.
    `inputs(raw, fitted)` returns x and the number of valid steps (examples,), or None instead if x alone determines
    the valid steps. `fitted` is the preprocessing fitted to a training split; it must contain every name in `needs`.
    `shape(fitted)` returns the numbers of steps and features of x, each None if it depends on the file.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]

    def read(self, path: Any) -> Raw: ...

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray | None]: ...

    def shape(self, fitted: Preparation) -> tuple[int | None, int | None]: ...


def settings(reader: Reader) -> dict[str, Any]:
    """Return the settings of a reader as plain values for `Data.preparation`; `restored` does the reverse.

    A setting that equals its default is left out, so that new settings leave the checksums of old data as they were.
    """
    return {STORED: reader.kind} | dict(_flat(reader, STORED))


def _flat(holder: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for one in fields(holder):
        value = getattr(holder, one.name)
        if is_dataclass(value):
            yield from _flat(value, f"{prefix}_{one.name}")
        elif value != one.default:
            yield f"{prefix}_{one.name}", value


def restored(preparation: Preparation, kinds: Mapping[str, type[Reader]]) -> Reader | None:
    """Return the reader whose settings are in a preparation, or None if there is none; `kinds`: the known readers.

    Raise ValueError, with a short phrase, if the kind of reader is unknown, if a setting or a fitted value that the
    reader needs is missing or wrong, or if the names of the classes are wrong.
    """
    for name, value in preparation.items():
        _check_text(name, np.asarray(value))
    kind = _kind(preparation, kinds)
    for name in _relied_on(preparation, kind):
        _check(name, _known(preparation, name))
    return None if kind is None else _restored(preparation, kind, STORED)


def check_fits(preparation: Preparation, reader: Reader | None, reads: Mapping[str, int], outputs: int) -> None:
    """Raise ValueError, with a short phrase, unless the sizes in restored preprocessing match those of a model.

    `reads`: the `length` of the sequences that the model takes, and the number of their `features` or the size of
    their `vocabulary`. `outputs`: the number of values that the model returns.
    """
    steps, features = reader.shape(preparation) if reader else (None, None)
    sizes = {"steps": (steps, reads["length"]), "features": (features, reads.get("features"))}
    for name in SCALED if reader else ():
        sizes[f"values of '{name}'"] = (_size(preparation, name), reads.get("features"))
    sizes["classes"] = (_size(preparation, CLASSES), outputs)
    for what, (own, models) in sizes.items():
        if own not in (None, models):
            raise ValueError(f"{own} {what}, but the model takes {models}")
    words = len(preparation["vocabulary"]) if reader and "vocabulary" in reader.needs else 0
    if words > reads.get("vocabulary", 0):
        raise ValueError(f"{words} words, but the model takes {reads.get('vocabulary')}")


def _size(preparation: Preparation, name: str) -> int | None:
    return len(preparation[name]) if name in preparation else None


def _kind(preparation: Preparation, kinds: Mapping[str, type[Reader]]) -> type[Reader] | None:
    if STORED not in preparation:
        return None
    name = np.asarray(preparation[STORED]).tolist()
    if not isinstance(name, str) or name not in kinds:
        raise ValueError(f"unknown reader {name!r:.50}: {closest(str(name), kinds)}")
    return kinds[name]


def _relied_on(preparation: Preparation, kind: type[Reader] | None) -> list[str]:
    """Return the names of the fitted values that later code will use; a task without a reader may store any others."""
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
    "steps": ("a whole number above 0", lambda value: value.ndim == 0 and value.dtype.kind in "iu" and bool(value > 0)),
    "mean": ("a finite number per feature", _is_numbers),
    "scale": ("a number above 0 per feature", lambda value: _is_numbers(value) and bool((value > 0).all())),
    "vocabulary": ("a list of words", lambda value: value.ndim == 1 and value.dtype.kind == "U" and len(value) > 1),
    CLASSES: ("a list of different names", lambda value: value.ndim == 1 and len(set(map(str, value))) == len(value)),
}


def _restored(preparation: Preparation, kind: Any, prefix: str) -> Any:
    return kind(**{one.name: _setting(preparation, one, f"{prefix}_{one.name}") for one in fields(kind)})


def _setting(preparation: Preparation, one: Field, stored: str) -> Any:
    """Return a setting as the type that the reader declares: text, a boolean, a count, a tuple of texts or counts, or
    further settings.

    Raise ValueError if it is missing and has no default, or has another type.
    """
    if isinstance(one.type, type) and is_dataclass(one.type):
        return _restored(preparation, one.type, stored)
    if stored not in preparation and one.default is not MISSING:
        return one.default
    value = _known(preparation, stored).tolist()
    if one.type in LISTS:
        value = tuple(value) if isinstance(value, list) else ()
        holds = len(value) > 0 and all(type(own) is LISTS[one.type] for own in value)
    else:
        holds = type(value) is one.type and (one.type is not int or value > 0)
    if not holds:
        raise ValueError(f"'{stored}' is {value!r:.50}")
    return value


def _check_text(name: str, value: np.ndarray) -> None:
    if value.dtype.kind == "U":
        try:
            "".join(value.ravel().tolist()).encode("utf-8")
        except ValueError as error:  # UnicodeError is a subclass
            raise ValueError(f"'{name}' is not valid text") from error
