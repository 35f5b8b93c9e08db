"""How the target of a stored training example is put into words."""

import pytest

from suite.report.examples import LONGEST, answer
from suite.results.task_info import TaskInfo


def words(y, length=3, **facts):
    return answer(TaskInfo(name="mine", **facts), {"y": y, "length": length})


@pytest.mark.parametrize(
    ("y", "kind", "expected"),
    [
        (3, "classification", "class 3"),
        (1.5, "regression", "target 1.5"),
        ([1, 0, 1], "classification", "classes 1 0 1"),
        ([0.5] * 9, "regression", "targets 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 …"),
        ([1, 0, 1], "multi-label", "labels 0; 2"),
        ([0, 0, 0], "multi-label", "labels none"),
        ([[1, 0], [0, 0], [1, 1], [0, 1]], "multi-label", "labels 0 | none | 0; 1"),
    ],
)
def test_without_names(y, kind, expected):
    assert words(y, kind=kind) == expected


def test_classes_have_their_own_names_at_every_step_too():
    own = {"kind": "classification", "classes": ("no", "yes")}
    assert words(1, **own) == "yes"
    assert words([1, 0, 1], **own) == "targets yes no yes"


def test_labels_have_their_names_within_a_title():
    names = ("billing", "delivery", "urgent")
    assert words([0, 1, 1], kind="multi-label", classes=names) == "labels delivery; urgent"
    long = words([[1, 1, 1]] * 9, length=9, kind="multi-label", classes=names)
    assert len(long) == LONGEST
    assert long.endswith("…")
