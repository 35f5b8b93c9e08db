"""Ready: which trials, final and control runs of a cell can begin."""

from collections.abc import Iterator
from dataclasses import replace

from suite.experiment.run import Run
from suite.runner.cell_plan import CellPlan
from suite.runner.configurations import scored_run, trial_run
from suite.runner.stored_records import continue_trial, drop_unless_current


def ready_trials(plan: CellPlan) -> Iterator[Run]:
    """Begin the trials that can run now."""
    for index in range(plan.expected["trial"]):
        if index not in plan.configurations:
            continue_trial(plan, index)
        if index in plan.configurations and plan.is_wanted(plan.ids["trial", index]):
            yield begin(plan, trial_run(plan, index))


def wants(plan: CellPlan, role: str, index: int) -> bool:
    """Whether a final or control run has to be made; one of another configuration is set aside."""
    run_id, winner = plan.ids[role, index], plan.winner
    record = plan.records.get(run_id)
    if (
        record
        and plan.checked.get(run_id) is not winner
        and drop_unless_current(plan, record, scored_run(plan, role, index, None))
    ):
        plan.checked[run_id] = winner
    return plan.is_wanted(run_id)


def begin(plan: CellPlan, run: Run) -> Run:
    """Note that a run is active, and return it with the number of its attempt."""
    record = plan.records.get(run.id)
    plan.running.add(run.id)
    return replace(run, attempt=record.attempt + 1) if record else run
