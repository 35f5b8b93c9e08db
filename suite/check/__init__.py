"""Check: holds a task to its contract and looks for leaks; every rule is a function of a task and its data."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from suite.architecture import ARCHITECTURES
from suite.check import baseline, contract, draws, inputs, scaling, splits
from suite.check.finding import Finding
from suite.errors import RequestError, UnavailableError
from suite.experiment import load_experiment
from suite.shapes import remember
from suite.task import TASKS, Data, Task

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

__all__ = ["RULES", "Finding", "check", "named", "report"]


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


def report(task: Task) -> tuple[str, bool]:
    """What `check` found in a task, a line a finding, and whether it passes; data that cannot be had are a line too."""
    try:
        findings = check(task)
    except UnavailableError as error:
        return f"{task.name}: not checked: {error}", False
    lines = [f"{task.name}: {finding}" for finding in findings]
    return "\n".join(lines) or f"{task.name}: passes all {len(RULES)} rules", not findings


def named(target: str) -> list[Task]:
    """The task of this name, or all that an experiment file declares or names.

    Raises RequestError for what is neither, with the closest name, and for an architecture.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_file():
        return _of_file(path)
    if target in ARCHITECTURES.names():
        raise RequestError(f"'{target}' is an architecture: only tasks and experiment files can be checked")
    return [TASKS.get(target)]


def rule_name(rule: Rule) -> str:
    """How a rule is called in messages: "contents-apart"."""
    return rule.__name__.replace("_", "-")


def _of_file(path: Path) -> list[Task]:
    used = load_experiment(path).tasks
    entries = [TASKS.get(name) for name in TASKS.names()]
    declared = [entry.name for entry in entries if entry.place.startswith(f"{path.resolve()}:")]
    return [TASKS.get(name) for name in dict.fromkeys((*used, *declared))]


def _sized(task: Task, examples: int | None) -> Task:
    if examples is None or "examples" not in inspect.signature(task.function).parameters:
        return task
    return replace(task, function=partial(task.function, examples=examples))


def _applied(rule: Rule, task: Task, data: Data) -> Iterator[Finding]:
    try:
        yield from rule(task, data)
    except Exception as error:  # a baseline that cannot read such data is a finding, not the end
        yield Finding(_said(error))


def _said(error: Exception) -> str:
    """One line; ValueError and RequestError are how the suite itself names a fault."""
    kind = "" if isinstance(error, ValueError | RequestError) else f"{type(error).__name__}: "
    return kind + " ".join(str(error).split())
