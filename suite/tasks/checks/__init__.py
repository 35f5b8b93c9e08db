"""Checks: rules that find leaks and other faults in a task; each is a function of the task and its data or folds."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from suite.errors import RequestError
from suite.tasks.checks import baseline, declaration, folds, scaling, seeds, split_leaks, target_leaks
from suite.tasks.checks.finding import Finding, applied, explained, rule_name
from suite.tasks.data import Data
from suite.tasks.facts import full_sheet
from suite.tasks.sheet import Sheet
from suite.tasks.task import Task

SEED = 1
SPLIT_RULES: tuple[Callable[[Task, Data], Iterator[Finding]], ...] = (
    declaration.data_sheet,
    declaration.classes_everywhere,
    declaration.tokens_within_vocabulary,
    declaration.padding_is_zero,
    declaration.extra_sets_fit,
    split_leaks.contents_apart,
    split_leaks.groups_apart,
    split_leaks.times_in_order,
    split_leaks.windows_apart,
    seeds.same_seed_same_bytes,
    seeds.other_seed_other_draw,
    baseline.baselines_reproducible,
    baseline.direction_leaves_room,
    baseline.best_constant_declared,
    target_leaks.target_not_among_inputs,
    target_leaks.target_is_no_level,
    scaling.scale_from_training,
    baseline.shuffled_labels_teach_nothing,
)
FOLD_RULES: tuple[Callable[[Task, Sequence[Data]], Iterator[Finding]], ...] = (
    folds.folds_apart,
    folds.folds_sound,
    folds.folds_fixed,
)
RULES = (*SPLIT_RULES, *FOLD_RULES)


def check(task: Task, examples: int | None = None) -> list[Finding]:
    """Return the faults in a task's data, or [] if the task passes all rules; see `examine`."""
    return examine(task, examples)[0]


def examine(task: Task, examples: int | None = None) -> tuple[list[Finding], Sheet]:
    """Return the faults in a task's data, and its data sheet.

    `examples` sets the size of the training split of a generated task. If the data do not load or do not fit the
    declaration, return one finding of the rule "contract" without trying any other rule, and an empty sheet. Raise
    RequestError if the data cannot be obtained.
    """
    task = _sized(task, examples)
    try:
        data, in_folds = task.load(SEED), folds.folds_of(task, SEED)
    except RequestError:
        raise
    except Exception as error:  # the user's function may raise anything; the error becomes a finding
        return [Finding(explained(error), rule="contract")], Sheet()
    subjects = [*((rule, data) for rule in SPLIT_RULES), *((rule, in_folds) for rule in FOLD_RULES)]
    findings = [
        replace(found, rule=rule_name(rule)) for rule, subject in subjects for found in applied(rule, task, subject)
    ]
    return findings, full_sheet(task, data)


def _sized(task: Task, examples: int | None) -> Task:
    if examples is None or "examples" not in inspect.signature(task.function).parameters:
        return task
    return replace(task, function=partial(task.function, examples=examples))
