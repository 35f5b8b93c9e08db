"""A task's name may end in a budget of its own: a number of weights or of training examples."""

import pytest

from suite.errors import RequestError
from suite.results.task_info import TaskInfo
from suite.tasks.description import describe
from suite.tasks.task import TASKS
from suite.tasks.task_budget import TaskBudget, without_budget


@pytest.mark.parametrize(
    ("name", "base", "budget"),
    [
        ("adding-50@4000w", "adding-50", ("weights", 4000)),
        ("adding-50@12n", "adding-50", ("examples", 12)),
        ("adding-50", "adding-50", None),
        ("adding-50@", "adding-50@", None),
        ("adding-50@0w", "adding-50@0w", None),
        ("adding-50@12x", "adding-50@12x", None),
        ("@12w", "@12w", None),
    ],
)
def test_a_name_splits_into_the_task_and_its_budget(name, base, budget):
    assert TaskBudget.split(name) == (base, budget)
    assert without_budget(name) == base
    if budget:
        assert TaskBudget(*budget).of(base) == name


def test_a_task_is_found_with_any_budget():
    found = TASKS.get("adding-7@300w")
    assert (found.name, found.base, found.sweep, found.length) == ("adding-7@300w", "adding-7", "adding", 7)
    assert (found.granted("weights", 5000), found.granted("examples", None)) == (300, None)
    assert TASKS.get("digits-sequential@300w").sweep == "digits-sequential"


def test_budgets_are_not_listed():
    assert not [name for name in TASKS.names() if "@" in name]


@pytest.mark.parametrize("name", ["adding-50@0w", "adding-50@w", "adding-50@4kw", "adding-50@4w@4w", "nothing@4w"])
def test_another_budget_names_no_task(name):
    with pytest.raises(RequestError, match=f"unknown task '{name}'"):
        TASKS.get(name)


def test_the_examples_in_the_name_size_the_training_split():
    for asked in (None, 99):
        assert len(TASKS.get("adding-5@30n").load(1, asked).train[0]) == 30
    plain, weighed = (TASKS.get(name).load(1, 30) for name in ("adding-5", "adding-5@300w"))
    assert (plain.train[0] == weighed.train[0]).all()


def test_a_fixed_number_of_examples_cannot_be_chosen():
    message = "task 'digits-sequential' has a fixed number of training examples: it cannot have 500"
    with pytest.raises(RequestError, match=message):
        TASKS.get("digits-sequential@500n")


def test_the_description_tells_the_budget_by_the_name():
    for name, budget in (("adding-5", None), ("adding-5@30n", ("examples", 30))):
        told = describe(TASKS.get(name), TASKS.get(name).load(1))
        assert TaskInfo(**told).budget == budget
        assert told["sweep"] == "adding"
