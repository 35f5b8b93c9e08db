"""Checks: rules that find leaks and other faults in a task; each rule is a function of the task and its data."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from suite.errors import RequestError
from suite.tasks.checks import baseline, declaration, scaling, seeds, split_leaks, target_leaks
from suite.tasks.checks.finding import Finding, applied, explained, rule_name
from suite.tasks.data import Data
from suite.tasks.task import Task

Rule = Callable[[Task, Data], Iterator[Finding]]

SEED = 1
RULES: tuple[Rule, ...] = (
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
    target_leaks.target_not_among_inputs,
    target_leaks.target_is_no_level,
    scaling.scale_from_training,
    baseline.shuffled_labels_teach_nothing,
)


def check(task: Task, examples: int | None = None) -> list[Finding]:
    """Return the faults in a task's data, or [] if the task passes all rules.

    `examples` sets the size of the training split of a generated task. If the data do not load or do not fit the
    declaration, return one finding of the rule "contract" without trying any other rule. Raise RequestError if the data
    cannot be obtained.
    """
    task = _sized(task, examples)
    try:
        data = task.load(SEED)
    except RequestError:
        raise
    except Exception as error:  # the user's function may raise anything; the error becomes a finding
        return [Finding(explained(error), rule="contract")]
    return [replace(finding, rule=rule_name(rule)) for rule in RULES for finding in applied(rule, task, data)]


def _sized(task: Task, examples: int | None) -> Task:
    if examples is None or "examples" not in inspect.signature(task.function).parameters:
        return task
    return replace(task, function=partial(task.function, examples=examples))
