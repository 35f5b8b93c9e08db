"""Sequence Suite: which recurrent architecture for your sequences, how sure, and at what cost."""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from suite.architectures.architecture import architecture
from suite.architectures.hypermodel import applied, architecture_from_hypermodel
from suite.environment import warn_of_namesake
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.experiment.loading import load_experiment
from suite.tasks.data import Data
from suite.tasks.fold import Fold
from suite.tasks.metrics import metric
from suite.tasks.own import series_from_csv, sounds_from_folder, task_from_arrays, tasks_from_archive, texts_from_csv
from suite.tasks.task import task

if TYPE_CHECKING:
    from suite.notebook import load, run

__all__ = [
    "Data",
    "Experiment",
    "Fold",
    "RequestError",
    "applied",
    "architecture",
    "architecture_from_hypermodel",
    "load",
    "load_experiment",
    "metric",
    "run",
    "series_from_csv",
    "sounds_from_folder",
    "task",
    "task_from_arrays",
    "tasks_from_archive",
    "texts_from_csv",
]

warn_of_namesake()


def __getattr__(name: str) -> Any:
    if name in ("load", "run"):  # imported on first use, because their module imports pandas
        from suite import notebook

        return getattr(notebook, name)
    if name == "__version__":
        return version("sequence-suite")
    raise AttributeError(f"module 'suite' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
