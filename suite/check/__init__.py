"""Check: holds tasks and architectures to their contracts, and looks for leaks; every rule is a function of its own.

A rule takes a task and its data, or an architecture, and yields findings.
"""

import difflib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from suite import backend
from suite.architecture import ARCHITECTURES, Architecture
from suite.check import architecture as architectural
from suite.check import baseline, contract, draws, inputs, scaling, splits
from suite.check.finding import Finding
from suite.errors import RequestError, UnavailableError
from suite.experiment_file import load_experiment
from suite.listing import declared_in
from suite.registry import Registry
from suite.shapes import remember
from suite.task import TASKS, Task
from suite.task_data import Data

Rule = Callable[[Task, Data], Iterator[Finding]]

SEED = 1
RULES: tuple[Rule, ...] = (
    contract.classes_everywhere,
    contract.tokens_within_vocabulary,
    contract.padding_is_zero,
    contract.extra_sets_fit,
    splits.contents_apart,
    splits.groups_apart,
    splits.times_in_order,
    splits.windows_apart,
    draws.same_seed_same_bytes,
    draws.other_seed_other_draw,
    baseline.baselines_reproducible,
    baseline.direction_leaves_room,
    inputs.target_not_among_inputs,
    inputs.target_is_no_level,
    scaling.scale_from_training,
    baseline.shuffled_labels_teach_nothing,
)

ARCHITECTURE_RULES = architectural.RULES

__all__ = ["ARCHITECTURE_RULES", "RULES", "Finding", "check", "check_architecture", "named", "report"]


def check(task: Task, examples: int | None = None) -> list[Finding]:
    """What is wrong with a task's data, nothing when all rules hold; `examples` sizes a generated task.

    Data that do not fit their declaration break the rule "contract", and no other is tried. Raises RequestError when
    the data cannot be had.
    """
    task = _sized(task, examples)
    try:
        data = task.load(SEED)
    except RequestError:
        raise
    except Exception as error:  # the user's function may raise anything; it is said
        return [Finding(_said(error), rule="contract")]
    if examples is None:
        remember(task, data)
    return [replace(finding, rule=rule_name(rule)) for rule in RULES for finding in _applied(rule, task, data)]


def check_architecture(architecture: Architecture) -> list[Finding]:
    """What is wrong with an architecture, nothing when all rules hold.

    Where the answers have the wrong shape, or none can be made, no other rule is tried.
    """
    backend.start(1)
    found: list[Finding] = []
    for rule in ARCHITECTURE_RULES:
        found += [replace(finding, rule=rule_name(rule)) for finding in _applied(rule, architecture)]
        if found and rule is architectural.shapes_fit:
            break
    return found


def report(entry: Task | Architecture) -> tuple[str, bool]:
    """What was found in a task or an architecture, a line a finding, and whether it passes.

    Data that cannot be had are a line too.
    """
    try:
        findings = check(entry) if isinstance(entry, Task) else check_architecture(entry)
    except UnavailableError as error:
        return f"{entry.name}: not checked: {error}", False
    lines = [f"{entry.name}: {finding}" for finding in findings]
    rules = RULES if isinstance(entry, Task) else ARCHITECTURE_RULES
    return "\n".join(lines) or f"{entry.name}: passes all {len(rules)} rules", not findings


def named(target: str) -> list[Task | Architecture]:
    """The task or architecture of this name, or all that an experiment file declares or names.

    Of the architectures that a file names, built-in ones are left out: the suite's own tests check these. Raises
    RequestError for what is nothing of the kind, with the closest name.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_file():
        return _of_file(path)
    names = ARCHITECTURES.names()
    near = difflib.get_close_matches(target, [*TASKS.names(), *names], n=1, cutoff=0.5)
    return [(ARCHITECTURES if set(near) <= set(names) and near else TASKS).get(target)]


def rule_name(rule: Callable[..., Iterator[Finding]]) -> str:
    """How a rule is called in messages: "contents-apart"."""
    return rule.__name__.replace("_", "-")


def _of_file(path: Path) -> list[Task | Architecture]:
    experiment = load_experiment(path)
    tasks, architectures = (
        [registry.get(name) for name in dict.fromkeys((*used, *_declared(registry, path)))]
        for registry, used in ((TASKS, experiment.tasks), (ARCHITECTURES, experiment.architectures))
    )
    return [*tasks, *(entry for entry in architectures if declared_in(entry) != "suite")]


def _declared(registry: Registry, path: Path) -> list[str]:
    """The names of the entries that a file declares."""
    entries = [registry.get(name) for name in registry.names()]
    return [entry.name for entry in entries if entry.place.startswith(f"{path.resolve()}:")]


def _sized(task: Task, examples: int | None) -> Task:
    if examples is None or "examples" not in inspect.signature(task.function).parameters:
        return task
    return replace(task, function=partial(task.function, examples=examples))


def _applied(rule: Callable[..., Iterator[Finding]], *subject: Any) -> Iterator[Finding]:
    try:
        yield from rule(*subject)
    except Exception as error:  # a baseline that cannot read such data is a finding, not the end
        yield Finding(_said(error))


def _said(error: Exception) -> str:
    """One line; ValueError and RequestError are how the suite itself names a fault."""
    kind = "" if isinstance(error, ValueError | RequestError) else f"{type(error).__name__}: "
    return kind + " ".join(str(error).split())
