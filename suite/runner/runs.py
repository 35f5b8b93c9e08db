"""Runs: send runs to workers and store the records that come back."""

from collections.abc import Mapping
from dataclasses import replace

from suite.experiment.run import Run
from suite.files.strict_json import finite
from suite.files.writing import write_json
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.engines.engine import Call, Done
from suite.runner.progress import Progress
from suite.runner.reuse import Reuse
from suite.runner.task_data import TaskData
from suite.tasks.description import ROLES
from suite.training.records import cause, failure
from suite.training.train import Outcome, train

# Time allowed beyond the timeout of a training, for imports, data, building the model and scoring.
GRACE_SECONDS = 60.0


class Runs:
    """Handles the runs of one execution of an experiment; `plans`: cell name -> plan."""

    def __init__(self, store: Store, plans: Mapping[str, CellPlan], data: TaskData, reuse: Reuse, progress: Progress):
        self.store = store
        self.plans = plans
        self.data = data
        self.reuse = reuse
        self.progress = progress

    def begin(self, run: Run) -> Call:
        """Return the call that trains on a worker, or that returns a failure if the data cannot be loaded."""
        self.progress.submitted(self._plan(run), run)
        death, limit = self.data.death(run), run.timeout and run.timeout + GRACE_SECONDS
        if death:
            return Call(Outcome, (failure(run, death.status, death.cause),), limit)
        return Call(train, (run,), limit)

    def accept(self, run: Run, done: Done) -> None:
        """Store the outcome of a run, and set aside the record of an earlier attempt."""
        outcome, path = outcome_of(run, done), self.store.path(run.id)
        record = Record.from_json(finite(self._with_baselines(run, outcome.record).to_json()), path)
        if self.store.holds(path):
            self.store.set_aside(path, "attempt")
        self.store.write(record, outcome.arrays, outcome.model)
        plan = self._plan(run)
        plan.accept(record, put_off=self.data.death(run) is not None)
        self.progress.finished(plan, record)

    def adopt(self, run: Run) -> bool:
        """Adopt a run from the reused folder, and return whether the folder contains it.

        Its baselines become those of this folder, because the other folder may have had other rivals.
        """
        record = self.reuse.adopt(run)
        if record is None:
            return False
        path = self.store.path(run.id)
        content = finite(self._with_baselines(run, record).to_json())
        if content != record.to_json():
            write_json(path, content)
            record = Record.from_json(content, path)
        self._plan(run).accept(record)
        self.progress.adopted(self._plan(run), record)
        return True

    def _with_baselines(self, run: Run, record: Record) -> Record:
        """Return the record with the scores of the baselines on its data, if they are known."""
        known = self.data.baselines(run.task).get(str(run.data_seed), {})
        return replace(record, **{name: known.get(name) or {} for name in ROLES}) if known else record

    def _plan(self, run: Run) -> CellPlan:
        return self.plans[f"{run.task.name}/{run.architecture.name}"]


def outcome_of(run: Run, done: Done) -> Outcome:
    """Return the outcome of a run; build a failure if its worker died or its work raised an error."""
    if done.death:
        return Outcome(failure(run, done.death.status, done.death.cause))
    return Outcome(failure(run, *cause(done.error))) if done.error else done.result
