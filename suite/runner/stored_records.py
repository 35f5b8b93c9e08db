"""Stored records: add the valid records of earlier commands to a cell plan, and set the others aside."""

from typing import Any

from suite.experiment.run import Run
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.configurations import configure, scored_run, search_checksum, trial_run
from suite.runner.stale import Changes, changes_since
from suite.search.space_summary import SpaceSummary


def read(plan: CellPlan, store: Store, retry_failed: bool) -> None:
    """Read the records of a cell into its plan; raise RequestError if one is stale and must not be set aside."""
    for (role, index), run_id in plan.ids.items():
        record = store.read(run_id)
        if record is None:
            continue
        plan.add(record)
        run = plan.experiment.run(plan.cell, role, index, {})
        if drop_unless_current(plan, record, run) and retry_failed and not record.ok:
            plan.retried.add(run_id)


def stored_configurations(plan: CellPlan) -> dict[int, dict[str, Any]]:
    """Return trial index -> configuration for the stored trials that have one."""
    configurations = {trial.index: trial.spec["hyperparameters"] for trial in plan.trials}
    return {index: values for index, values in configurations.items() if values}


def start(plan: CellPlan, checksum: str | None, space: SpaceSummary | None) -> None:
    """Begin or continue a cell with its data and search space, and compare its records with them.

    Without a search space, every trial gets an empty configuration, and its run fails and says why. Raise RequestError
    in the same cases as `read`.
    """
    plan.checksum, plan.space = checksum, space
    if space is None:
        plan.configurations = {index: {} for index in range(plan.most_trials)}
        return
    for index in range(plan.most_trials):
        continue_trial(plan, index)
    if space.given:
        for (role, index), run_id in plan.ids.items():
            if run_id in plan.records:
                drop_unless_current(plan, plan.records[run_id], scored_run(plan, role, index, None))
    if plan.experiment.method.adaptive:
        _continue_proposals(plan, space)


def continue_trial(plan: CellPlan, index: int) -> None:
    """Decide a trial's configuration if possible, and compare the trial's record with it."""
    configure(plan, index)
    record = plan.records.get(plan.ids["trial", index])
    if record:
        drop_unless_current(plan, record, trial_run(plan, index, search_checksum(plan, index)))


def _continue_proposals(plan: CellPlan, space: SpaceSummary) -> None:
    """Take the configurations of stored trials as decided, and the default configuration for trial 0."""
    for index, values in stored_configurations(plan).items():
        strange = {f"hyperparameters.{name}": (values.get(name), "not in the space") for name in space.misfits[index]}
        if strange:
            discard(plan, plan.records[plan.ids["trial", index]], strange)
        else:
            plan.configurations[index] = values
            if source := plan.records[plan.ids["trial", index]].proposal:
                plan.proposals[index] = source
    if plan.expected["trial"]:
        plan.configurations.setdefault(0, space.default)
        plan.proposals.setdefault(0, "default")


def discard_all(plan: CellPlan, changed: Changes) -> None:
    """Set all records aside if `changed` is not empty; raise RequestError in the same cases as `read`."""
    for record in list(plan.records.values()) if changed else []:
        discard(plan, record, changed)


def drop_unless_current(plan: CellPlan, record: Record, run: Run) -> bool:
    """Return whether a record matches `run` in all settings known so far; if it does not, set the record aside."""
    changed = changes_since(record, run)
    if changed:
        discard(plan, record, changed)
    return not changed


def discard(plan: CellPlan, record: Record, changed: Changes) -> None:
    """Set a record aside and remove it from the plan; raise RequestError in the same cases as `read`."""
    decisive = plan.rivals(record.index) if record.role == "trial" else record.role == "final"
    plan.stale.discard(record, changed, bool(decisive and plan.expected["trial"]))
    plan.drop(record.id)
