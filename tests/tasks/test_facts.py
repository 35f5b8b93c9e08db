"""What the data of any task say of themselves: sizes, classes by name, groups, times, what is predicted from what."""

from dataclasses import replace

import numpy as np
import pytest

from suite.tasks.checks import check, examine
from suite.tasks.data import Data
from suite.tasks.description import describe
from suite.tasks.facts import full_sheet
from suite.tasks.sheet import Sheet
from suite.tasks.task import TASKS, task

X = np.random.default_rng(1).normal(size=(30, 4, 2))


@pytest.fixture
def declare():
    """Declares a classification of three named classes, and forgets it after the test."""

    def made(sheet: Sheet | None = None):
        @task("own", family="machines", kind="classification", metric="accuracy", baseline="majority")
        def own(seed: int) -> Data:
            rows = {"train": np.arange(12), "validation": np.arange(12, 24), "test": np.arange(24, 30)}
            names = {"classes": np.array(["red", "green", "blue"])}
            data = Data.of_rows(rows, X, np.arange(30) % 3, names, groups=np.array(["ann", "bob"] * 15))
            return replace(data, sheet=sheet or Sheet())

        return TASKS.get("own")

    yield made
    TASKS.forget(__file__)


def test_classes_are_counted_by_name_and_split(declare):
    own = declare()
    facts = full_sheet(own, own.load(1)).facts
    assert facts["classes"] == {"red": [4, 4, 2], "green": [4, 4, 2], "blue": [4, 4, 2]}
    assert facts["groups"] == {"ann": [6, 6, 3], "bob": [6, 6, 3]}
    assert facts["read as"] == "values of 2 features; classes to predict: 3"
    assert facts["examples"] == "12 train, 12 validation, 6 test"


def test_what_the_reader_says_comes_first_and_is_stored_with_the_task(declare):
    own = declare(sheet=Sheet().plus("two rows look alike: say rows=", rows={"read": 30}))
    stored = describe(own, own.load(1))
    assert next(iter(stored["sheet"]["facts"])) == "rows"
    assert list(stored["sheet"]["notices"]) == ["two rows look alike: say rows="]
    assert stored["classes"] == ["red", "green", "blue"]


def test_a_notice_is_a_finding_until_it_is_settled(declare):
    found = [str(one) for one in check(declare(sheet=Sheet(notices=("two rows look alike: say rows=",))))]
    assert "data-sheet: two rows look alike: say rows=" in found


@pytest.mark.parametrize(
    ("name", "label", "said"),
    [
        ("speech-like", "valid steps", "30 to 60 of 60"),
        ("sentiment-like", "read as", "tokens of a vocabulary of"),
        ("prices-lagged", "read as", "values to predict: 1"),
    ],
)
def test_built_in_tasks_have_a_sheet(name, label, said):
    assert said in examine(TASKS.get(name), examples=60)[1].facts[label]
