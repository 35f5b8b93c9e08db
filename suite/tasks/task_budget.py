"""Task budget: the number of weights or training examples that the name of a task may end in, as in adding-50@4000w."""

import re
from typing import NamedTuple, Self

from suite.text import in_words

SIGN = "@"  # no name of a task, an architecture or an experiment contains it
LETTERS = {"weights": "w", "examples": "n"}
NOUNS = {"weights": "weights", "examples": "training examples"}
WITH_BUDGET = re.compile(rf"(.+){SIGN}([1-9]\d*)([{''.join(LETTERS.values())}])")


class TaskBudget(NamedTuple):
    """A number of weights or of training examples of a task's own; `option`: the experiment's field, such as "weights".

    In a sweep over a budget, every task has an entry for each number, so that only equal budgets are compared.
    """

    option: str
    count: int

    @classmethod
    def split(cls, name: str) -> tuple[str, Self | None]:
        """Return the name of a task without its budget, and the budget; None if the name has none."""
        found = WITH_BUDGET.fullmatch(name)
        if not found:
            return name, None
        option = next(option for option, letter in LETTERS.items() if letter == found[3])
        return found[1], cls(option, int(found[2]))

    @property
    def in_words(self) -> str:
        """The budget in words: "with 4,000 weights"."""
        return f"with {self.count:,} {NOUNS[self.option]}"

    def of(self, name: str) -> str:
        """Return the name of a task with this budget."""
        return f"{name}{SIGN}{self.count}{LETTERS[self.option]}"


def titled(name: str, title: str, length: float | None) -> str:
    """Return what sentences call a task: its title, by default its name in words, then its budget if it has one."""
    base, budget = TaskBudget.split(name)
    called = title or in_words(base, length)
    return f"{called} {budget.in_words}" if budget and not called.endswith(budget.in_words) else called


def without_budget(name: str) -> str:
    """Return the name of a task without its budget, such as "adding-50"; all its budgets share this name."""
    return TaskBudget.split(name)[0]
