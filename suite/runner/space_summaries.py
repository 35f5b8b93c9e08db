"""Space summaries: let workers describe the search spaces of a task's cells as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, names_of
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.experiment.training_choices import declared_recipe
from suite.process.surroundings import changes, state
from suite.recipes.recipe import SEARCHABLE
from suite.results.statuses import Status
from suite.runner.cell_plan import CellPlan
from suite.runner.engines.engine import Call, Done
from suite.runner.retries import Retries, why
from suite.runner.stored_records import stored_configurations
from suite.runner.task_data import TaskData
from suite.search.space_summary import SpaceSummary
from suite.seeds import derive_seed
from suite.tasks.data import Signature
from suite.tasks.task import Task
from suite.text import listed

Stored = Mapping[str, Mapping[int, dict[str, Any]]]
# Exploring an architecture takes 2 to 8 s. One that hangs in a run would hang here too.
SECONDS_PER_CELL = 600.0


@dataclass(frozen=True)
class SummaryWork:
    """A piece of work: summarise the search spaces of a task's cells; for `way`, see `summarise`."""

    task: Task
    cells: tuple[Cell, ...]
    way: str = "together"

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the cells, and the way: a key to count attempts by."""
        return (*(cell.name for cell in self.cells), self.way)

    def apart(self) -> "list[SummaryWork]":
        """Return the work to try if the cells cannot be summarised like this: each alone, then a deadly one unbuilt."""
        if len(self.cells) > 1:
            return [replace(self, cells=(cell,), way="alone") for cell in self.cells]
        return [] if self.way == "unbuilt" else [replace(self, way="unbuilt")]


class SpaceSummaries:
    """Finds the search spaces of one execution of an experiment. `found`: cell name -> summary."""

    def __init__(self, experiment: Experiment, data: TaskData):
        self.experiment = experiment
        self.data = data
        self.found: dict[str, SpaceSummary] = {}
        self._waiting: list[SummaryWork] = []
        self._stored: Stored = {}
        self._retries = Retries()

    def expect(self, plans: Iterable[CellPlan]) -> None:
        """Queue one piece of work per task, for all its cells in `plans`; skip tasks whose data cannot be loaded."""
        plans = list(plans)
        self._stored = {plan.cell.name: stored_configurations(plan) for plan in plans}
        tasks: dict[str, list[Cell]] = {}
        for plan in plans:
            tasks.setdefault(plan.cell.task.name, []).append(plan.cell)
        works = [SummaryWork(cells[0].task, tuple(cells)) for cells in tasks.values()]
        self._waiting = [work for work in works if self.data.signature(work.task)]

    def next(self) -> SummaryWork | None:
        """Return the next piece of work; None if none is waiting."""
        return self._waiting.pop(0) if self._waiting else None

    def begin(self, work: SummaryWork) -> Call:
        """Return the call that summarises the spaces on a worker."""
        signature, stored = self.data.signature(work.task), {cell.name: self._stored[cell.name] for cell in work.cells}
        limited = self.experiment.run_timeout and work.way != "unbuilt"
        limit = SECONDS_PER_CELL * len(work.cells) if limited else None
        return Call(summarise, (self.experiment, work.cells, signature, work.way, stored), limit)

    def accept(self, work: SummaryWork, done: Done) -> None:
        """Store the summaries or queue another attempt; raise RequestError for invalid settings or a final failure."""
        following: list[SummaryWork] = []
        if done.death:
            # of several cells, one is to blame: find out which instead of trying all of them again
            hopeless = len(work.cells) > 1 or done.death.status == Status.TIMEOUT
            following = [work] if not hopeless and self._retries.allow(work.key) else work.apart()
        elif not done.result and len(work.cells) > 1:
            following = work.apart()
        self._waiting += following
        if isinstance(done.error, RequestError):
            raise done.error
        if done.result:
            self.found |= done.result
            self._warn(done.result)
        elif not following:
            raise RequestError(f"the search spaces of '{work.task.name}' cannot be found: {why(done)}")

    def _warn(self, summaries: Mapping[str, SpaceSummary]) -> None:
        """Report what is wrong with architectures, once for each of them."""
        for cell, summary in summaries.items():
            for flag, what in summary.concerns.items():
                self.data.say_once(f"architecture {cell.rpartition('/')[2]}: {what} (flag {flag})")
            for notice in summary.notices:
                self.data.say_once(f"architecture {cell.rpartition('/')[2]}: {notice}")


def summarise(
    experiment: Experiment,
    cells: Sequence[Cell],
    signature: Signature,
    way: str = "together",
    stored: Stored | None = None,
) -> dict[str, SpaceSummary]:
    """Return cell name -> summary for cells of one task; this runs on a worker.

    `way`: "together" for all cells of a task; "alone" for a single cell after building all of them killed the worker
    or led to nothing; "unbuilt" for a cell that killed its worker alone, too. `stored`: cell name -> trial index ->
    configuration of an earlier trial. Raise RequestError if `search_space` or `hyperparameters` contains a value
    outside the space or, with "together", a name that no space has. An architecture that was not built or cannot be
    built gets the hyperparameters that all architectures share, so that its runs fail and their records say why.
    Return {} if one of several architectures changed what all of them share, and so what is found out about the others.
    """
    backend.start(experiment.threads)
    before = state()
    searches = {} if way == "unbuilt" else _searches(experiment, cells, signature)
    if way == "together":
        _check_names(experiment, [cell for cell in cells if cell.name in searches], searches)
    shared = shared_defaults(signature)
    unbuilt = SpaceSummary(shared, drawn=[shared] * experiment.trials)
    from suite.architectures.checks import concerns
    from suite.architectures.model import explored

    summaries = {}
    for cell in cells:
        summaries[cell.name] = unbuilt
        if cell.name in searches:
            made = _summary(experiment, cell, searches[cell.name], (stored or {}).get(cell.name, {}))
            found = explored(cell.architecture, signature)
            beside = {
                "idle": found.idle,
                "learning_rates": _own_rates(found.space),
                "notices": (*found.notices, *_notices(cell, found.idle)),
            }
            wrong = concerns(cell.architecture, signature.masked, cell.task.causal) | _widened(
                experiment, cell, signature
            )
            summaries[cell.name] = replace(made, code=_code(cell), concerns=wrong, **beside)
    if len(cells) > 1 and changes(before):
        _forget()
        return {}
    return summaries


def _forget() -> None:
    """Forget what was found out about architectures in this process."""
    from suite.architectures.fingerprint import fingerprint, unreached
    from suite.architectures.model import explored

    for found in (explored, fingerprint, unreached):
        found.cache_clear()


def _own_rates(space: Any) -> tuple[float, float] | None:
    """Return the range of the learning rate; None if it is the one that all architectures share."""
    from suite.architectures.model import LEARNING_RATE

    rates = next(one for one in space.space if one.name == "learning_rate")
    bounds = (
        (rates.min_value, rates.max_value) if hasattr(rates, "min_value") else (min(rates.values), max(rates.values))
    )
    return None if bounds == LEARNING_RATE else bounds


def _widened(experiment: Experiment, cell: Cell, signature: Signature) -> dict[str, str]:
    """Return flag -> which ranges the experiment searches beyond those of the architecture; {} if there are none."""
    from suite.architectures.model import space
    from suite.search.spaces import widened

    if not experiment.search_space:
        return {}
    found = widened(space(cell.architecture, signature, experiment.match == "units"), experiment.search_space)
    said = ", ".join(f"{name} ({own})" for name, own in found.items())
    return {"widened-range": f"search_space goes beyond its own range of {said}"} if found else {}


def _notices(cell: Cell, idle: Sequence[str]) -> list[str]:
    """Return sentences on hyperparameters and weights of a cell's architecture that change nothing."""
    from suite.architectures.fingerprint import unreached

    found = []
    if idle:
        one = len(idle) == 1
        found.append(
            f"the hyperparameter{'' if one else 's'} {listed(idle)} {'changes' if one else 'change'} nothing in the "
            f"network, and {'is' if one else 'are'} not searched"
        )
    if ARCHITECTURES.origin(cell.architecture) == "suite":
        return found
    try:
        spare = unreached(cell.architecture, cell.task.per_step)
    except Exception:  # as below
        spare = []
    return found + [f"no gradient reaches the weights {names_of(spare)}, so they are not trained"] * bool(spare)


def _code(cell: Cell) -> dict[str, Any] | None:
    """Return the fingerprint of a cell's architecture; None if it cannot be computed, as the runs will say."""
    from suite.architectures.fingerprint import fingerprint

    try:
        return fingerprint(cell.architecture, cell.task.per_step)
    except Exception:  # a user's architecture may raise anything; its runs will raise it again and record the message
        return None


def _searches(experiment: Experiment, cells: Sequence[Cell], signature: Signature) -> dict[str, Any]:
    found = {}
    for cell in cells:
        try:
            found[cell.name] = search_of(experiment, cell, signature)
        except RequestError:
            raise
        except (
            Exception
        ):  # a user's architecture may raise anything; its runs will raise it again and record the message
            continue
    return found


def _check_names(experiment: Experiment, cells: Sequence[Cell], searches: Mapping[str, Any]) -> None:
    from suite.architectures.model import SHARED
    from suite.search.spaces import check_names

    known = {*SHARED, "units"}.union(*({one.name for one in search.space.space} for search in searches.values()))
    check_names("search_space", experiment.search_space, known | {*SEARCHABLE})
    for cell in cells:
        check_names("hyperparameters", experiment.configuration(cell) or (), known)


def search_of(experiment: Experiment, cell: Cell, signature: Signature) -> Any:
    """Return the search of a cell, a `suite.search.search.Search`, over its narrowed space."""
    from suite.architectures.model import space
    from suite.search.choices import choices, with_choices
    from suite.search.search import Search
    from suite.search.spaces import narrowed

    whole = space(cell.architecture, signature, experiment.match == "units")
    own = narrowed(whole, experiment.search_space, cell.architecture.name)
    usual = declared_recipe(experiment, cell.task.kind)
    found = [*choices(experiment.search_space, usual, signature, cell.task.name)]
    searched = with_choices(own, len(shared_defaults(signature)), found, cell.architecture.name)
    return Search(searched, experiment.method, cell.task.direction, experiment.trials, search_seed(experiment, cell))


def search_seed(experiment: Experiment, cell: Cell) -> int:
    """Return the seed of a cell's search; it is the same for all architectures of a task."""
    return derive_seed(cell.task.base, "search", experiment.search_seed)


def shared_defaults(signature: Signature) -> dict[str, Any]:
    """Return name -> default for the hyperparameters that all architectures share."""
    import keras_tuner

    from suite.architectures.model import shared_space

    return dict(shared_space(keras_tuner.HyperParameters(), signature))


def _summary(experiment: Experiment, cell: Cell, search: Any, stored: Mapping[int, dict[str, Any]]) -> SpaceSummary:
    from suite.search.spaces import completed, misfits

    given = experiment.configuration(cell)
    if given is not None:
        return SpaceSummary(search.default, given=completed(search.space, given, cell.architecture.name))
    if not experiment.method.adaptive:
        return SpaceSummary(search.default, drawn=[search.ask(index) for index in range(experiment.trials)])
    strange = {index: misfits(search.space, values) for index, values in stored.items()}
    return SpaceSummary(search.default, space=search.space.get_config(), misfits=strange)
