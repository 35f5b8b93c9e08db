"""Budgets: several numbers of weights or of training examples in one experiment, each with entries of all tasks."""

from collections.abc import Iterable, Sequence
from typing import Any

from suite.errors import RequestError, check_at_least
from suite.tasks.task import Task
from suite.tasks.task_budget import LETTERS, TaskBudget, without_budget


def one_or_several(option: str, value: Any, most: int) -> Any:
    """Return a number unchanged, and a list of weights or examples as a tuple.

    Raise RequestError for a number below 1 or above `most`, for an empty list, and for a number that a list has twice.
    """
    if option not in LETTERS or isinstance(value, str) or not isinstance(value, Sequence):
        check_at_least(option, value, 1, most)
        return value
    for count in value:
        check_at_least(f"each of {option}", count, 1, most)
    if not value or len(set(value)) < len(value):
        raise RequestError(f"{option} must be a number, or a list of different numbers, not {value!r:.60}")
    return tuple(value)


def budgets_of(experiment: Any) -> list[TaskBudget]:
    """Return the budgets that every task has one by one; [] without a list; raise RequestError if there are two."""
    several = [option for option in LETTERS if isinstance(getattr(experiment, option), tuple)]
    if len(several) > 1:
        raise RequestError(f"{' and '.join(several)} are lists: give one number for either of them")
    return [TaskBudget(option, count) for option in several for count in getattr(experiment, option)]


def with_budgets(experiment: Any, tasks: Iterable[str]) -> tuple[str, ...]:
    """Return the names of tasks, each once for every budget of the experiment; unchanged if these are not several.

    A name that has a budget already stays one name. Raise RequestError if the experiment lacks its budget.
    """
    budgets = budgets_of(experiment)
    if not budgets:
        return tuple(tasks)
    return tuple(dict.fromkeys(name for task in tasks for name in _each(task, budgets)))


def _each(task: str, budgets: Sequence[TaskBudget]) -> list[str]:
    base, own = TaskBudget.split(task)
    if own and own not in budgets:
        given = f"{budgets[0].option}={[budget.count for budget in budgets]}"
        raise RequestError(f"task '{task}' has a budget that {given:.80} lacks: name the task '{base}', or add it")
    return [task] if own else [budget.of(base) for budget in budgets]


def check_budgets(tasks: Iterable[Task], match: str) -> None:
    """Raise RequestError if tasks have budgets of both kinds, or of weights although the width is searched."""
    named = {task.budget.option: task.name for task in tasks if task.budget}
    if len(named) > 1:
        both = " and ".join(f"{option} ({task})" for option, task in named.items())
        raise RequestError(f"there are budgets of {both}: keep those of one kind")
    if "weights" in named and match == "units":
        raise RequestError(
            f"match='units' searches the width, so that '{named['weights']}' has no weight budget: give one number of "
            "weights, or match='weights'"
        )


def without_former(experiment: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return what to change in an experiment: if its list of budgets is replaced, its tasks lose those budgets."""
    if "tasks" in options or not (budgets := budgets_of(experiment)) or not set(LETTERS) & set(options):
        return options
    kept = [without_budget(task) if TaskBudget.split(task)[1] in budgets else task for task in experiment.tasks]
    return {"tasks": kept} | options


def asked(tasks: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the known names that are asked for: a name without a budget stands for all budgets of this task."""
    wanted = set(tasks)
    return [name for name in known if {name, without_budget(name)} & wanted]
