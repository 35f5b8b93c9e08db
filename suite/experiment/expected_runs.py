"""Expected runs: how many runs of each role a cell needs, and which configuration it is given."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Protocol

from suite.search.methods import METHODS

ROLES = ("trial", "final", "control")


class Declared(Protocol):
    """An experiment as declared, or as experiment.json describes it."""

    @property
    def tasks(self) -> Sequence[str]: ...
    @property
    def architectures(self) -> Sequence[str]: ...
    @property
    def trials(self) -> int: ...
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
    """Return role -> number of runs of a cell.

    A cell with a given configuration is not searched. There are control runs only with `tuning_control`.
    """
    given = configuration_given(experiment.hyperparameters, task, architecture) is not None
    controls = experiment.seeds if experiment.tuning_control else 0
    return {"trial": 0 if given else experiment.trials, "final": experiment.seeds, "control": controls}


def missing_runs(
    experiment: Declared, task: str, architecture: str, made: Mapping[tuple[str, str, str], int]
) -> dict[str, int]:
    """Return role -> number of runs of a cell that are not made; `made`: by task, architecture and role."""
    expected = expected_runs(experiment, task, architecture)
    return {role: max(count - made.get((task, architecture, role), 0), 0) for role, count in expected.items()}


def idle(experiment: Declared) -> set[str]:
    """Return the budgets without effect: `weights` if the width is searched, `trials` if nothing is searched."""
    cells = product(experiment.tasks, experiment.architectures)
    searched = any(expected_runs(experiment, *cell)["trial"] for cell in cells)
    return ({"weights"} if experiment.match == "units" else set()) | (set() if searched else {"trials"})


def trials_are_independent(experiment: Declared) -> bool:
    """Whether trials were independent draws with one budget; not where the kind of search is unknown here."""
    return experiment.search in METHODS.names() and METHODS.get(experiment.search).independent


def configuration_given(
    hyperparameters: Mapping[str, Any] | None, task: str, architecture: str
) -> Mapping[str, Any] | None:
    """Return the configuration that an experiment gives a cell; None if the cell is searched.

    `hyperparameters`: one configuration for all cells, or configurations by `<task>/<architecture>`, which comes first,
    or by architecture.
    """
    if not hyperparameters:
        return None
    if not by_cell(hyperparameters):
        return hyperparameters
    return hyperparameters.get(f"{task}/{architecture}", hyperparameters.get(architecture))


def by_cell(hyperparameters: Mapping[str, Any]) -> bool:
    """Whether configurations are given by cell or architecture, instead of one for all."""
    return any(isinstance(value, Mapping) for value in hyperparameters.values())
