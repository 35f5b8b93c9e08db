"""Where a verdict holds, in words, when the tasks of a family are lengths or budgets of sweeps."""

import pytest

from suite.report.family_order import extent


@pytest.fixture
def results(tmp_path, records, budgets, monkeypatch):
    monkeypatch.setitem(records.TASKS, "adding-100", records.TASKS["adding-50"] | {"length": 100})
    monkeypatch.setitem(records.BASELINES, "adding-100", 0.1667)
    tasks = [name for task in ("adding-50", "adding-100", "speech-like") for name in budgets(task, "weights", 10, 40)]
    return records.trials(tmp_path, {(task, "lstm"): [0.5] * 4 for task in [*tasks, "adding-50", "adding-100"]})


ADDING = ["adding-50@10w", "adding-50@40w"]
SPEECH = ["speech-like@10w", "speech-like@40w"]
LONGER = ["adding-100@10w", "adding-100@40w"]


@pytest.mark.parametrize(
    ("where", "tasks", "said"),
    [
        (ADDING, ADDING, " on both budgets"),
        (ADDING[:1], ADDING, " on 1 of 2 budgets of Adding (50 steps)"),
        (ADDING, ADDING + SPEECH, " on both budgets of Adding (50 steps)"),
        (
            ADDING + SPEECH[:1],
            ADDING + SPEECH,
            " on both budgets of Adding (50 steps) and 1 of 2 budgets of Speech like",
        ),
        (ADDING + SPEECH, ADDING + SPEECH, " on both tasks"),
        (ADDING, ADDING + LONGER, " on 2 of 4 settings of Adding"),
        (ADDING + LONGER, ADDING + LONGER, " on all 4 settings"),
        (["adding-50"], ["adding-50", "adding-100"], " on 1 of 2 lengths of Adding"),
        (ADDING[:1], ADDING[:1] + LONGER[:1], " on 1 of 2 lengths of Adding with 10 weights"),
    ],
)
def test_the_tasks_of_a_sweep_are_called_by_what_tells_them_apart(results, where, tasks, said):
    assert extent(results, where, tasks) == said
