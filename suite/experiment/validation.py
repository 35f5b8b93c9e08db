"""Validation: check the fields of an experiment, and report each fault in one line."""

from collections.abc import Collection, Mapping, Sequence
from textwrap import shorten
from typing import Any

from suite.errors import RequestError, check_name, closest, is_number, reason
from suite.experiment.expected_runs import by_cell
from suite.files.strict_json import encoded
from suite.tasks.task import Task

MOST_RUNS = 1_000_000
NOUNS: dict[Any, str] = {str: "text", Mapping: "{name: value}"}
NAMES = 100  # the most characters of a list of tasks in a message


def check_seconds(option: str, value: Any) -> None:
    """Raise RequestError unless `value` is None or a number above 0."""
    if value is not None and not (is_number(value) and value > 0):
        raise RequestError(f"{option} must be a number of seconds above 0, or None, not {value!r}")


def check_member(what: str, name: Any, names: Collection[str]) -> None:
    """Raise RequestError, suggesting the closest name, unless `name` is one of `names`."""
    if name not in names:
        raise RequestError(f"unknown {what} '{name}': {closest(str(name), names)}")


def check_truth(option: str, value: Any) -> None:
    """Raise RequestError unless `value` is True or False."""
    if not isinstance(value, bool):
        raise RequestError(f"{option} must be True or False, not {value!r}")


def check_storable(option: str, value: Any, kind: Any) -> None:
    """Raise RequestError unless a value is of this kind, and experiment.json can hold it."""
    try:
        storable = isinstance(value, kind) and encoded(value)
    except (TypeError, ValueError, RecursionError) as error:  # of a Python object, and of half a character
        raise RequestError(f"{option} holds what no JSON file can: {reason(error)}") from error
    if not storable:
        raise RequestError(f"{option} must be {NOUNS[kind]}, not {value!r:.50}")


def check_size(runs: int) -> None:
    """Raise RequestError if an experiment has too many runs."""
    if runs > MOST_RUNS:
        raise RequestError(f"{runs:,} runs are more than the {MOST_RUNS:,} of an experiment: divide it")


def check_margin(margin: Any) -> None:
    """Raise RequestError unless `margin` is a number above 0."""
    if not is_number(margin) or margin <= 0:
        raise RequestError(f"margin must be a number above 0, in skill, not {margin!r}")


def own_space(search_space: Any) -> dict[str, list | tuple]:
    """Return a copy of the search space, with bounds {"low", "high"}, as in experiment.json, turned into tuples.

    Raise RequestError unless each name has a list of at least one value or a tuple (low, high) of numbers, low < high.
    """
    if not isinstance(search_space, Mapping):
        raise RequestError(f"search_space must be {{name: values}}, not {search_space!r}")
    read = {
        name: (values["low"], values["high"])
        if isinstance(values, Mapping) and {*values} == {"low", "high"}
        else values
        for name, values in search_space.items()
    }
    for name, values in read.items():
        is_range = isinstance(values, tuple) and len(values) == 2 and all(map(is_number, values))
        if not (is_range and values[0] < values[1]) and not (isinstance(values, list) and values):
            raise RequestError(
                f"search_space of '{name}' must be a list of values, or a tuple (low, high) of numbers, not {values!r}"
            )
    check_storable("search_space", read, Mapping)
    return read


def check_folds(folds: int, trials: int, tasks: Sequence[Task]) -> None:
    """Raise RequestError if no task has several test splits, or if some fold would have no trial of its own."""
    if folds > 1 and not any(task.takes_fold for task in tasks):
        names = ", ".join(dict.fromkeys(task.name for task in tasks))
        raise RequestError(
            f"folds={folds}, but no task has several test splits ({shorten(names, NAMES)}): leave folds out, or let a "
            "task's function take `fold`"
        )
    if folds > trials:
        raise RequestError(f"{folds} folds need at least {folds} trials, one for each test split, not {trials}")


def check_hyperparameters(hyperparameters: Any, known: Sequence[str]) -> None:
    """Raise RequestError unless this is one configuration, or {name: configuration} with names from `known`."""
    check_storable("hyperparameters", hyperparameters, Mapping)
    for name, configuration in hyperparameters.items() if by_cell(hyperparameters) else ():
        if name not in known:
            raise RequestError(f"hyperparameters of unknown cell or architecture '{name}': {closest(name, known)}")
        if not isinstance(configuration, Mapping):
            raise RequestError(f"hyperparameters of '{name}' must be {{name: value}}, not {configuration!r}")


def check_variant(name: str, variant_of: Any, variant: Any) -> None:
    """Raise RequestError unless both are None, or `variant_of` names another experiment and `variant` is a string."""
    if (variant_of is None) != (variant is None):
        raise RequestError(
            "variant_of (the experiment that is varied) and variant (in which way) belong together: give both"
        )
    if variant_of is None:
        return
    if not isinstance(variant_of, str) or not isinstance(variant, str) or not variant.strip():
        raise RequestError(f"variant_of and variant must be non-empty text, not {variant_of!r} and {variant!r}")
    check_name("experiment", variant_of, "variant_of")
    if variant_of == name:
        raise RequestError(f"experiment '{name}' cannot be a variant of itself: give its file another name")


def distinct(what: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names without duplicates; raise RequestError unless `names` is a list of at least one name."""
    if isinstance(names, str) or not names:
        raise RequestError(f"{what} must be a list of at least one name, not {names!r}")
    return tuple(dict.fromkeys(names))


def summary_of(reasons: dict[str, str]) -> str:
    """Return one line that lists the pairs that do not apply, each with its reason."""
    return "; ".join(f"{name} is left out: {why}" for name, why in reasons.items())
