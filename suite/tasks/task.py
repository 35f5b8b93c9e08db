"""Task: a named problem, and the decorator @task that declares it."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, Unpack

from suite.errors import FoldError, RequestError, UnavailableError, check_name, closest, closest_keyword
from suite.process.endings import without_exit
from suite.process.places import place_of
from suite.registry import Registry
from suite.tasks.as_arrays import as_arrays
from suite.tasks.baselines import TRIVIAL
from suite.tasks.data import Data, Signature
from suite.tasks.datasets.download import DataSet
from suite.tasks.declaration import GENERATED, Declared, Options, check_options
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.kinds import KINDS
from suite.tasks.metrics import METRICS, Metric, serving
from suite.tasks.reference import check_predictions, check_reference
from suite.tasks.standardising import standardised
from suite.tasks.task_budget import TaskBudget, titled, without_budget
from suite.tasks.trained_baselines import check_rivals
from suite.tasks.validation import check_data
from suite.text import few


@dataclass(frozen=True)
class Task(Declared):
    """A named problem. `function(seed[, fold][, length][, examples])` returns its data; `task` explains the fields."""

    function: Callable[..., Data]
    place: str
    lengths: tuple[int, ...] = ()
    length: int | None = None
    data_set: DataSet | None = None
    budget: TaskBudget | None = None

    @property
    def headline(self) -> Metric:
        """The metric that scores the task."""
        return METRICS.get(self.metric)

    @property
    def direction(self) -> str:
        """Whether "higher" or "lower" scores of the headline metric are better."""
        return self.headline.direction

    @property
    def generated(self) -> bool:
        """Whether the task generates its data from the seed instead of reading real data."""
        return self.source.startswith(GENERATED)

    @property
    def causal(self) -> bool:
        """Whether predictions must not use later steps: there is one at every step, and the task is not offline."""
        return self.per_step and not self.offline

    @property
    def takes_fold(self) -> bool:
        """Whether the task has several test splits to choose from."""
        return self._takes("fold")

    def folds(self, wanted: int) -> int:
        """Return the number of test splits to use: `wanted`, or 1 if the task has only one."""
        return wanted if self.takes_fold else 1

    @property
    def has_items(self) -> bool:
        """Whether runs store what every test target contributes to their score.

        They do on real data, whose test targets several runs share, if the headline metric knows the contributions.
        """
        return self.headline.items is not None and (not self.generated or self.takes_fold)

    @property
    def sweep(self) -> str:
        """The name that all lengths and budgets of a sweep share (such as "adding"); the own name without either."""
        return self.base.removesuffix(f"-{self.length}") if self.length else self.base

    @property
    def base(self) -> str:
        """The name without a budget. Seeds are derived from it, so that the runs of all budgets are paired."""
        return without_budget(self.name)

    @property
    def takes_examples(self) -> bool:
        """Whether the number of training examples can be chosen."""
        return self._takes("examples")

    def _takes(self, argument: str) -> bool:
        return argument in inspect.signature(self.function).parameters

    def granted(self, option: str, usual: Any) -> Any:
        """Return the task's own number of "weights" or "examples" if its name has one, else `usual`."""
        return self.budget.count if self.budget and self.budget.option == option else usual

    @property
    def description(self) -> str:
        """The function's docstring as one paragraph."""
        return " ".join((self.function.__doc__ or "").split())

    @property
    def called(self) -> str:
        """What sentences call the task: its title or, by default, its name in words."""
        return titled(self.name, self.title.replace("{length}", f"{self.length}"), self.length)

    @property
    def availability(self) -> str:
        """ "offline" (no files needed), "cached" (all files are present) or "download"."""
        if self.data_set is None:
            return "offline"
        return "cached" if self.data_set.cached else "download"

    def names(self) -> list[str]:
        """Return the names to list: one for each declared length of a sweep, else the task's own name."""
        return [self.name.format(length=length) for length in self.lengths] or [self.name]

    def find(self, name: str) -> Self | None:
        """Return this task if its name is `name`, else None.

        A sweep has a name for every length of at least 2, and returns the task of that length. Every name may be
        followed by a budget, which the task returned then has. Raise RequestError if the task cannot have this budget.
        """
        base, budget = TaskBudget.split(name)
        found = self._of_length(base)
        if not found or not budget:
            return found
        if budget.option == "examples" and not found.takes_examples:
            raise RequestError(
                f"task '{base}' has a fixed number of training examples: it cannot have {budget.count} (examples=[...])"
            )
        return replace(found, name=name, budget=budget)

    def _of_length(self, name: str) -> Self | None:
        if not self.lengths:
            return self if name == self.name else None
        match = re.fullmatch(re.escape(self.name).replace(r"\{length\}", r"([1-9]\d*)"), name)
        return replace(self, name=name, length=int(match[1]), lengths=()) if match and int(match[1]) >= 2 else None

    def load(self, seed: int, examples: int | None = None, fold: Fold = ONE_SPLIT) -> Data:
        """Return the data for one seed; `examples` sets the size of the training split if the task generates its data.

        A budget of the task's own takes precedence. Raise ValueError, which names the split and the fault, if the data
        do not fit the declaration, UnavailableError if files cannot be obtained, and FoldError if it lacks this fold.
        """
        where = f"task '{self.name}'"
        arguments: dict[str, Any] = {"seed": seed}
        if self.takes_fold:
            arguments["fold"] = fold
        elif fold.folds > 1:
            raise FoldError(f"{where} has one test split, not {fold.folds} folds: its function takes no `fold`")
        if self.length is not None:
            arguments["length"] = self.length
        examples = self.granted("examples", examples)
        if examples is not None and self.takes_examples:
            arguments["examples"] = examples
        try:
            data = as_arrays(self.name, without_exit(self.function, **arguments))
        except FoldError as error:
            raise FoldError(str(error) if str(error).startswith(where) else f"{where}: {error}") from error
        except UnavailableError as error:
            raise UnavailableError(f"{error}; {self._way_out()}") from error
        check_data(self, data)
        check_predictions(self, data, where)
        data = standardised(data, where) if self.standardise else data
        return data.masked_at_padding() if self.per_step else data

    def _way_out(self) -> str:
        offline = [one.name for one in TASKS.entries() if one.family == self.family and not one.data_set]
        without = f"in its family, no files are needed by {few(offline, 1)}"
        return (
            f"`suite fetch {self.name}` tries again; {without if offline else 'its family has no task without files'}"
        )

    def signature(self, data: Data) -> Signature:
        """Return the shapes that a model for this task must have."""
        return data.signature(self)


TASKS: Registry[Task] = Registry("task", "suite.tasks", "suite.tasks.builtin")


@closest_keyword
def task(
    name: str,
    *,
    family: str,
    kind: str,
    metric: str,
    baseline: str | float,
    lengths: tuple[int, ...] = (),
    data_set: DataSet | None = None,
    **options: Unpack[Options],
) -> Callable[[Callable[..., Data]], Callable[..., Data]]:
    """Register the decorated function as a task.

    `kind`: "classification" (one class), "multi-label" (any number of labels) or "regression"; `per_step=True` means a
    target at every step. `metric`: the headline metric. `baseline`: the trivial predictor, a name ("majority",
    "frequent-labels", "mean", "zero", "last-value") or a number.
    `lengths`: the lengths of a sweep; the name must then contain "{length}" and the function must take `length`.
    A function on real data may also take `fold`, a `Fold` that says which of several test splits to return; the test
    splits of different folds must share no example, and must not depend on the seed.
    `data_set`: the files that the function reads; they set the licence and the source. `Options` explains the rest.
    Raise RequestError if the declaration is invalid.
    """
    needed = family, kind, metric, baseline
    if data_set:
        options |= {"licence": data_set.licence, "source": data_set.source}

    def register(function: Callable[..., Data]) -> Callable[..., Data]:
        entry = Task(name, *needed, function, place_of(function), lengths=lengths, data_set=data_set, **options)
        check_declaration(entry)
        TASKS.add(entry)
        return function

    return register


def check_declaration(entry: Task) -> None:
    """Raise RequestError if a field of a task's declaration is invalid or contradicts another field."""
    where = f"task '{entry.name}' ({entry.place})"
    check_name("task", entry.name.replace("{length}", "2"), entry.place)
    if entry.kind not in KINDS:
        raise RequestError(f"{where}: unknown kind {entry.kind!r}: {closest(str(entry.kind), KINDS)}")
    metrics = serving(entry.kind, ordered=True)
    if entry.metric not in metrics:
        noun, known = KINDS[entry.kind].noun, closest(str(entry.metric), metrics)
        raise RequestError(f"{where}: unknown metric {entry.metric!r} for a {noun}: {known}")
    if metrics[entry.metric].ordered and not entry.ordered:
        raise RequestError(f"{where}: metric '{entry.metric}' is for classes in an order: declare ordered=True")
    if isinstance(entry.baseline, str) and entry.baseline not in TRIVIAL:
        raise RequestError(f"{where}: unknown baseline {entry.baseline!r}: {closest(entry.baseline, TRIVIAL)}")
    check_rivals(entry, where)
    if entry.reference is not None:
        check_reference(entry.reference, where)
    if entry.official and entry.takes_fold:
        raise RequestError(f"{where}: official=True, but there are folds: an official test split must be the only one")
    check_options(entry, where)
    if bool(entry.lengths) != ("{length}" in entry.name):
        raise RequestError(f"{where}: a sweep needs both '{{length}}' in its name and lengths=(...)")
