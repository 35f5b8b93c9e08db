"""Sequence Suite: which recurrent architecture for your sequences, how sure, and at what cost."""

from typing import Any

from suite.architecture import architecture
from suite.errors import RequestError
from suite.experiment import Experiment
from suite.experiment_file import load_experiment
from suite.own import (
    applied,
    architecture_from_hypermodel,
    series_from_csv,
    sounds_from_folder,
    task_from_arrays,
    texts_from_csv,
)
from suite.task import task
from suite.task_data import Data

__all__ = [
    "Data",
    "Experiment",
    "RequestError",
    "applied",
    "architecture",
    "architecture_from_hypermodel",
    "load",
    "load_experiment",
    "run",
    "series_from_csv",
    "sounds_from_folder",
    "task",
    "task_from_arrays",
    "texts_from_csv",
]


def __getattr__(name: str) -> Any:
    # `run` and `load` bring Dask, rich and pandas along: only for those who call them
    if name == "run":
        from suite.runner import run

        return run
    if name == "load":
        from suite.results import load

        return load
    raise AttributeError(f"module 'suite' has no attribute '{name}'")
