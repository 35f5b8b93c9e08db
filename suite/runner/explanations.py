"""Explanations: let workers explain the final runs of the architecture to use for each finished task."""

from collections.abc import Iterable
from dataclasses import dataclass

from suite.analysis.best import finals, to_use
from suite.errors import UnreadableError, reason
from suite.experiment.run import Run
from suite.files.reading import read_own
from suite.files.strict_json import checksum, finite
from suite.results.explanation import Explanation
from suite.results.record import Record
from suite.results.results import Results
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan, left
from suite.runner.engines.engine import Call, Done
from suite.runner.preparation import Preparation
from suite.runner.progress import Progress
from suite.runner.task_data import PREPARATION_SECONDS
from suite.text import label
from suite.training.explain import explain


@dataclass(frozen=True)
class ExplanationWork:
    """A piece of work: explain a final run, whose stored model it holds."""

    run: Run
    record: Record
    model: bytes


class Explanations:
    """Handles the explanations of one execution. What was explained before, and what has no model, is left out.

    They come after all runs: nothing that they find changes a run. A fault is reported, and fails nothing.
    """

    def __init__(self, preparation: Preparation, progress: Progress):
        self.store: Store = preparation.store
        self.preparation = preparation
        self.progress = progress
        self._waiting: list[tuple[Run, Record]] | None = None

    def next(self) -> ExplanationWork | None:
        """Return the next piece of work; None if none is waiting."""
        if self._waiting is None:
            self._waiting = [*self._found()]
            if self._waiting:
                self.progress.explaining(len(self._waiting))
        while self._waiting:
            run, record = self._waiting.pop(0)
            try:
                return ExplanationWork(run, record, read_own(self.store.path(record.id, ".keras"), self.store.root))
            except UnreadableError as error:
                self._fail(record, str(error))
        return None

    def begin(self, work: ExplanationWork) -> Call:
        """Return the call that explains a run on a worker."""
        timeout = work.run.timeout
        return Call(explain, (work.run, work.model), timeout and timeout + PREPARATION_SECONDS)

    def accept(self, work: ExplanationWork, done: Done) -> None:
        """Store the explanation that a worker returned, or report why it returned none."""
        if done.death:
            return self._fail(work.record, done.death.cause)
        if done.error:
            return self._fail(work.record, reason(done.error))
        content = finite(done.result | {"spec": checksum(work.record.spec)})
        self.store.explain(work.record.id, Explanation.from_json(content, self.store.path(work.record.id)))

    def _fail(self, record: Record, fault: str) -> None:
        self.progress.notice(f"{record.id} cannot be explained, which no verdict needs: {label(fault, 200)}")

    def _found(self) -> Iterable[tuple[Run, Record]]:
        """Yield the runs to explain, of the requested tasks whose runs have all ended."""
        ended = [task.name for task in self.preparation.tasks if not any(map(left, self._plans(task.name)))]
        models = self.store.root.glob("*/*/*.keras") if ended else ()
        if not any(models):
            return
        results = Results(self.store)
        for task in ended:
            for plan in self._plans(task):
                if plan.cell.architecture.name == to_use(results, task):
                    yield from self._lacking(results, plan)

    def _plans(self, task: str) -> list[CellPlan]:
        return [plan for plan in self.preparation.every if plan.cell.task.name == task]

    def _lacking(self, results: Results, plan: CellPlan) -> Iterable[tuple[Run, Record]]:
        """Yield the final runs of a cell that have a model and no valid explanation."""
        for record in finals(results, plan.cell.task.name, plan.cell.architecture.name):
            if self.store.path(record.id, ".keras").is_file() and not results.explanation(record):
                values, data = dict(record.spec["hyperparameters"]), record.spec["data"].get("checksum")
                yield plan.experiment.run(plan.cell, "final", record.index, values, data), record
