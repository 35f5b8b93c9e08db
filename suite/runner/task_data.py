"""Task data: let a worker load the data and baselines of every task and seed before the runs that need them."""

from dataclasses import dataclass, replace
from typing import Any

from suite.errors import FoldError, MetricError, RequestError, ThreadsError, UnavailableError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Run
from suite.files.writing import write_arrays, write_json
from suite.results.store import Store
from suite.runner.engines.engine import Call, Death, Done
from suite.runner.progress import Progress
from suite.runner.retries import Retries, why
from suite.runner.stale import Changes
from suite.tasks.data import Signature
from suite.tasks.description import FURTHER, ROLES, named
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.sheet import Sheet
from suite.tasks.task import Task
from suite.tasks.trained_baselines import TRAINED
from suite.training.prepare import prepare
from suite.training.records import cause

# Time allowed beyond the timeout of a training, for downloading data and fitting baselines.
PREPARATION_SECONDS = 1800.0


@dataclass(frozen=True)
class DataWork:
    """A piece of work: load the data and fit the baselines of a task for one seed, which determines the `fold`."""

    task: Task
    seed: int
    fold: Fold = ONE_SPLIT

    @property
    def key(self) -> tuple[str, int]:
        """The task's name and the seed."""
        return self.task.name, self.seed


class TaskData:
    """Handles the data of one execution of an experiment; tries again, three times in all, if a worker dies.

    `progress` reports data sheets, and data that cannot be loaded. `running`: (task, seed) of the data being loaded.
    `lethal`: (task, seed) -> the reason why the data cannot be loaded. `started`: whether training may begin; nothing
    is written before. `redo`: whether records that were made with other settings are to be made again.
    """

    def __init__(self, experiment: Experiment, store: Store, progress: Progress, redo: bool = False):
        self.experiment = experiment
        self.redo = redo
        self.store = store
        self.progress = progress
        self.running: set[tuple[str, int]] = set()
        self.lethal: dict[tuple[str, int], Death] = {}
        self.started = False
        self._made: dict[tuple[str, int], dict[str, Any] | None] = {}
        self._retries = Retries()
        self._baselines: dict[str, dict[str, Any]] = {}
        self._loaded: list[DataWork] = []
        self._said: set[str] = set()
        self._tasks: dict[str, Task] = {}

    def work(self, task: Task, role: str, index: int) -> DataWork:
        """Return the piece of work that loads the data of a run."""
        task = self._with_stored_rivals(task)
        return DataWork(task, self.experiment.data_seed(task, role, index), self.experiment.fold(task, index))

    def _with_stored_rivals(self, task: Task) -> Task:
        """Return the task with the trained baselines of its task.json, so that all runs of a folder have the same ones.

        With `redo`, and if a stored name is that of an estimator of the user's, return it as it is declared.
        """
        if task.name not in self._tasks:
            stored, declared = self.store.task(task.name), named(task)["trained_baseline"]
            before = stored.trained_baseline if stored else declared
            rivals = tuple(before.split(", ")) if before else ()
            self._tasks[task.name] = task
            if before != declared and not self.redo and set(rivals) <= set(TRAINED):
                self._tasks[task.name] = replace(task, trained_baseline=rivals)
                self.say_once(
                    f"{task.name}: the trained baseline of this folder remains {before or 'none'}, as when it was "
                    f"begun; the task now declares {declared or 'none'}: --redo, or another folder, takes that"
                )
        return self._tasks[task.name]

    def is_missing(self, work: DataWork) -> bool:
        """Return whether these data are neither loaded nor being loaded, and might be loaded."""
        return work.key not in self.running and work.key not in self._made and not self._unusable(work.task)

    def checksum(self, task: Task, role: str, index: int) -> str | None:
        """Return the checksum of a run's data; None if the data cannot be loaded."""
        known = self._made.get(self.work(task, role, index).key)
        return known["checksum"] if known else None

    def signature(self, task: Task) -> Signature | None:
        """Return the signature (shapes) of a task's data; None if the data cannot be loaded."""
        known = self._made[self.work(task, "trial", 0).key]
        return Signature(**known["task"]["signature"]) if known else None

    def begin(self, work: DataWork) -> Call:
        """Return the call that loads the data on a worker."""
        self.running.add(work.key)
        timeout = self.experiment.run_timeout
        arguments = (
            work.task, work.seed, self.experiment.examples_of(work.task), self.known(work.task),
            self.experiment.threads, work.fold,
        )  # fmt: skip
        return Call(prepare, arguments, timeout and timeout + PREPARATION_SECONDS)

    def accept(self, work: DataWork, done: Done) -> None:
        """Store the result or the reason of its failure.

        Raise a ThreadsError that the worker raised. Unless training has begun, raise a MetricError, too, and a
        FoldError if one of several test splits has a fault.
        """
        self.running.discard(work.key)
        if done.death and self._retries.allow(work.key):
            return
        if isinstance(done.error, ThreadsError) or (isinstance(done.error, MetricError) and not self.started):
            raise done.error
        if not self.started and (fault := fault_of_fold(work, done.error)):
            raise fault
        self._made[work.key] = done.result
        self._loaded.append(work)
        death = done.death or (Death(*cause(done.error)) if done.error else None)
        if death:
            self.lethal[work.key] = death
            self.say_once(f"{work.task.name}: its data cannot be loaded: {why(done)}")
        elif self.started:
            self._describe(work)

    def known(self, task: Task) -> set[str]:
        """Return the checksums of a task's data whose baselines and, if the task has any, items are stored."""
        checksums = {checksum for stored in self.baselines(task).values() if (checksum := stored.get("checksum"))}
        return {one for one in checksums if not task.has_items or self.store.items_path(task.name, one).exists()}

    def changed(self, task: Task) -> Changes:
        """Return field -> (stored, now) for the changes of a task since its task.json, data checksum included."""
        work = self.work(task, "trial", 0)
        known, stored = self._made[work.key], self.store.task(task.name)
        if not known or not stored:
            return {}
        pairs = {f"task.{name}": (getattr(stored, name), value) for name, value in named(work.task).items()}
        before = stored.baselines.get(str(work.seed), {}).get("checksum", known["checksum"])
        pairs["data.checksum"] = (before, known["checksum"])
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def start(self) -> None:
        """Write the descriptions of all data loaded so far; from now on, write those of other data at once."""
        self.started = True
        for work in self._loaded:
            self._tell_sheet(work)
            self._describe(work)

    def _tell_sheet(self, work: DataWork) -> None:
        """Report the data sheet of a task, once."""
        prepared = self._made[work.key]
        if prepared and work.key == self.work(work.task, "trial", 0).key:
            self.progress.data_sheet(work.task.name, Sheet(**prepared["task"]["sheet"]).lines())

    def _describe(self, work: DataWork) -> None:
        """Write task.json with the baselines of this seed, after the items of its test split."""
        prepared, first = (self._made[one.key] for one in (work, self.work(work.task, "trial", 0)))
        if prepared is None or first is None:
            return
        if "items" in prepared:
            write_arrays(self.store.items_path(work.task.name, prepared["checksum"]), prepared.pop("items"))
        baselines = self.baselines(work.task)
        baselines[str(work.seed)] = self._measured(work, prepared)
        content = first["task"] | {"folds": self._folds(work), "baselines": baselines}
        write_json(self.store.root / work.task.name / "task.json", content)

    def _folds(self, work: DataWork) -> int:
        """Count the test splits that the runs use; it is 1 if all trials share one, whatever their number."""
        return len({self.experiment.fold(work.task, index) for index in range(work.fold.folds)})

    def _measured(self, work: DataWork, prepared: dict[str, Any]) -> dict[str, Any]:
        """Return the entry of a seed in task.json; the scores may be those of other seeds with the same data."""
        checksum, fold = prepared["checksum"], {"fold": list(work.fold)} if work.fold.folds > 1 else {}
        known = self.baselines(work.task).values()
        scores = prepared.get("baselines") or next(one for one in known if one.get("checksum") == checksum)
        further = {key: scores[key] for key in FURTHER if key in scores}
        further |= {"references": prepared["references"]} if prepared["references"] else {}
        return {"checksum": checksum} | fold | {role: scores.get(role) for role in ROLES} | further

    def baselines(self, task: Task) -> dict[str, Any]:
        """Return data seed -> stored baselines of a task; none are returned if the task's declaration has changed."""
        if task.name not in self._baselines:
            stored = self.store.task(task.name)
            names = named(self._with_stored_rivals(task))
            same = stored and all(getattr(stored, name) == value for name, value in names.items())
            self._baselines[task.name] = dict(stored.baselines) if stored and same else {}
        return self._baselines[task.name]

    def death(self, run: Run) -> Death | None:
        """Return why the data of a run could not be loaded, or None; a retry might kill another worker.

        If the data of the search cannot be loaded, the data of other seeds are not tried: nothing can be built on them.
        """
        return self.lethal.get((run.task.name, run.data_seed)) or self._unusable(run.task)

    def _unusable(self, task: Task) -> Death | None:
        return self.lethal.get(self.work(task, "trial", 0).key)

    def say_once(self, text: str) -> None:
        """Report a fault, once for all tasks or seeds that have it alike."""
        if text not in self._said:
            self._said.add(text)
            self.progress.notice(text)


def fault_of_fold(work: DataWork, error: BaseException | None) -> FoldError | None:
    """Return the error that ends the command if one of several test splits has a fault, else None.

    Data that cannot be obtained are no fault of a split.
    """
    if isinstance(error, FoldError):
        return error
    faulty = work.fold.folds > 1 and isinstance(error, ValueError | RequestError)
    if not faulty or isinstance(error, UnavailableError):
        return None
    place = f"task '{work.task.name}'"
    said = str(error).removeprefix(f"{place}, ").removeprefix(f"{place}: ")
    return FoldError(f"{place}, fold {work.fold.index + 1} of {work.fold.folds}: {said}")
