"""Expected runs: count the runs of each role that a cell needs, and find its given configuration."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Protocol

from suite.search.methods import METHODS

ROLES = ("trial", "final", "control")


class Declared(Protocol):
    """The fields of an experiment that decide its runs, from its file or from experiment.json."""

    @property
    def tasks(self) -> Sequence[str]: ...
    @property
    def architectures(self) -> Sequence[str]: ...
    @property
    def trials(self) -> int: ...
    @property
    def best_of(self) -> int | None: ...
    @property
    def looks(self) -> Sequence[int]: ...
    @property
    def granted(self) -> Mapping[str, int]: ...
    @property
    def seeds(self) -> int: ...
    @property
    def match(self) -> str: ...
    @property
    def search(self) -> str: ...
    @property
    def hyperparameters(self) -> Mapping[str, Any]: ...
    @property
    def tuning_control(self) -> bool: ...


def expected_runs(experiment: Declared, task: str, architecture: str) -> dict[str, int]:
    """Return role -> number of runs that a cell needs.

    A cell with a given configuration needs no trials; with planned looks, a cell needs the trials granted so far. With
    `tuning_control`, control runs are as many as final runs. Without it, a cell has one if its trials are independent
    draws, because no trial has the default configuration then.
    """
    given = configuration_given(experiment.hyperparameters, task, architecture) is not None
    trials = experiment.granted.get(task, experiment.looks[0]) if experiment.looks else experiment.trials
    controls = experiment.seeds if experiment.tuning_control else int(not given and draws_all_trials(experiment))
    return {"trial": 0 if given else trials, "final": experiment.seeds, "control": controls}


def missing_runs(
    experiment: Declared, task: str, architecture: str, made: Mapping[tuple[str, str, str], int]
) -> dict[str, int]:
    """Return role -> number of missing runs of a cell; `made`: (task, architecture, role) -> existing runs."""
    expected = expected_runs(experiment, task, architecture)
    return {role: max(count - made.get((task, architecture, role), 0), 0) for role, count in expected.items()}


def idle(experiment: Declared) -> set[str]:
    """Return the options without effect: `weights` if the width is searched, `trials` and `best_of` if no cell is."""
    cells = product(experiment.tasks, experiment.architectures)
    searched = any(expected_runs(experiment, *cell)["trial"] for cell in cells)
    return ({"weights"} if experiment.match == "units" else set()) | (set() if searched else {"trials", "best_of"})


def trials_are_independent(experiment: Declared) -> bool:
    """Return whether trials are independent draws with the same budget; False if the kind of search is unknown here."""
    return experiment.search in METHODS and METHODS.get(experiment.search).independent


def draws_all_trials(experiment: Declared) -> bool:
    """Return whether all trials are independent draws, and none has the default configuration.

    That is not so in a folder made before trials were replicates: there `best_of` is 0, and trial 0 is the default.
    """
    return trials_are_independent(experiment) and experiment.best_of != 0


def configuration_given(
    hyperparameters: Mapping[str, Any] | None, task: str, architecture: str
) -> Mapping[str, Any] | None:
    """Return the configuration that an experiment prescribes for a cell; None if the cell is searched.

    `hyperparameters`: one configuration for all cells, or {cell or architecture: configuration}, where a cell is named
    `<task>/<architecture>` and takes precedence over an architecture.
    """
    if not hyperparameters:
        return None
    if not by_cell(hyperparameters):
        return hyperparameters
    return hyperparameters.get(f"{task}/{architecture}", hyperparameters.get(architecture))


def by_cell(hyperparameters: Mapping[str, Any]) -> bool:
    """Return whether configurations are given per cell or architecture instead of one for all cells."""
    return any(isinstance(value, Mapping) for value in hyperparameters.values())
