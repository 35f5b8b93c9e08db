"""Hugging Face: data sets of the package `datasets` as data frames, with the names of classes and splits."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from suite.errors import RequestError, names_of
from suite.tasks.data import SPLITS

SAVED = ("dataset_dict.json", "state.json")  # one of these is in a folder that `save_to_disk` wrote
READ = "read"  # the attribute of a data frame that says how it was made
SPLIT = "split"


def is_saved(folder: Path) -> bool:
    """Return whether `save_to_disk` wrote this folder."""
    return any((folder / name).is_file() for name in SAVED)


def load(folder: Path) -> Any:
    """Return a saved data set as a data frame. Raise RequestError if the package is missing or the folder damaged."""
    try:
        package = import_module("datasets")
    except ImportError as error:
        way_out = "pip install 'sequence-suite[hugging-face]'"
        raise RequestError(f"'{folder}' is a data set of Hugging Face, which needs a package: {way_out}") from error
    try:
        return frame(package.load_from_disk(str(folder)))
    except RequestError:
        raise
    except Exception as error:  # the package raises many kinds of errors for a damaged folder
        raise RequestError(f"'{folder}' cannot be read: {type(error).__name__}") from error


def frame(given: Any) -> Any:
    """Return a data set as a data frame; a mapping of splits to data sets gets a column `split`.

    Splits other than training, validation and test are left out, and the attribute "read" of the frame says so. Numbers
    of classes become their names; numbers without a name are missing.
    """
    if not isinstance(given, Mapping):
        return _noted(_named(given), "a data set of Hugging Face")
    import pandas as pd

    chosen = [name for name in SPLITS if name in given]
    if not chosen:
        raise RequestError(f"a data set must have a split named {names_of(SPLITS)}, not {names_of(map(str, given))}")
    parts = {name: _named(given[name]) for name in chosen}
    for name, own in parts.items():
        if SPLIT in own.columns:
            raise RequestError(f"split '{name}' has a column 'split' already: rename it")
    whole = pd.concat([own.assign(**{SPLIT: name}) for name, own in parts.items()], ignore_index=True)
    left = names_of(str(name) for name in given if name not in chosen)
    return _noted(whole, "a data set of Hugging Face" + (f", without the splits {left}" if left else ""))


def _named(data: Any) -> Any:
    """Return one data set as a data frame with the names of classes."""
    found = data.to_pandas() if hasattr(data, "to_pandas") else data.copy()
    for column, feature in (getattr(data, "features", None) or {}).items():
        if names := getattr(feature, "names", None):
            known = dict(enumerate(names))
            found[column] = [known.get(number) for number in found[column].tolist()]
    return found


def _noted(found: Any, read: str) -> Any:
    found.attrs[READ] = f"{read}, rows counted from 0"
    return found
