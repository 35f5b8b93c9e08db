"""Folders: the store of the folder, or of the published study, that a person names."""

import os

from suite.errors import RequestError, closest
from suite.results.experiment_info import ExperimentInfo
from suite.results.published import folder_of, published
from suite.results.store import Store


def existing(directory: str) -> Store:
    """Return the store of an existing folder, or of the published study with this name.

    Raise RequestError with the closest name if there is neither.
    """
    path = folder_of(directory)
    if not path.is_dir():
        beside = [str(folder) for folder in path.parent.glob("*/")] if path.parent.is_dir() else []
        raise RequestError(f"no results folder '{directory}': {closest(directory, [*beside, *published()])}")
    return Store(path)


def experiment_of(store: Store) -> ExperimentInfo:
    """Return the experiment of a folder; raise RequestError if it has none."""
    experiment = store.experiment()
    if experiment is None:
        raise RequestError(f"'{store.root}' contains no experiment.json: name a folder that `suite run` wrote")
    return experiment


def store_of(directory: str | os.PathLike[str]) -> Store:
    """Return the store of a folder with results, or of a published study; raise RequestError if there are none."""
    store = Store(folder_of(directory))
    if not store.root.is_dir():
        raise RequestError(f"no results in '{directory}': run an experiment first, or name the folder it wrote")
    if not store.path("experiment").exists() and not store.record_paths():
        raise RequestError(f"'{directory}' contains no experiment: expected experiment.json or records in it")
    return store
