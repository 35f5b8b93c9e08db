"""Ready: find the trials, final runs and control runs of a cell that can begin now."""

from collections.abc import Iterator
from dataclasses import replace

from suite.experiment.run import Run
from suite.runner.cell_plan import CellPlan
from suite.runner.configurations import scored_run
from suite.runner.stored_records import continue_trial, drop_unless_current


def ready_trials(plan: CellPlan) -> Iterator[int]:
    """Yield the indices of the trials that can begin now."""
    for index in range(plan.expected["trial"]):
        if index not in plan.configurations:
            continue_trial(plan, index)
        if index in plan.configurations and plan.is_wanted(plan.ids["trial", index]):
            yield index


def ready_scored(plan: CellPlan, role: str) -> Iterator[int]:
    """Yield the indices of the final or control runs that can begin now: none before the search is finished."""
    if plan.searched and plan.has_winner:
        yield from (index for index in range(plan.expected[role]) if wants(plan, role, index))


def wants(plan: CellPlan, role: str, index: int) -> bool:
    """Return whether a final or control run must be executed; set its record aside if its configuration differs."""
    run_id, winner = plan.ids[role, index], plan.winner(index)
    record = plan.records.get(run_id)
    if (
        record
        and plan.checked.get(run_id) is not winner
        and drop_unless_current(plan, record, scored_run(plan, role, index, None))
    ):
        plan.checked[run_id] = winner
    return plan.is_wanted(run_id)


def begin(plan: CellPlan, run: Run) -> Run:
    """Mark a run as active in the plan, and return it with its attempt number set."""
    record = plan.records.get(run.id)
    plan.running.add(run.id)
    return replace(run, attempt=record.attempt + 1) if record else run
