"""Summarise: find out, on a worker, which search space each cell of a task has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, names_of
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.experiment.training_choices import declared_recipe
from suite.process.surroundings import changes, state
from suite.recipes.recipe import SEARCHABLE
from suite.search.space_summary import SpaceSummary
from suite.seeds import derive_seed
from suite.tasks.data import Signature
from suite.text import listed

Stored = Mapping[str, Mapping[int, dict[str, Any]]]


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
    from suite.architectures.ranges import range_of

    rates = range_of(next(one for one in space.space if one.name == "learning_rate"))
    bounds = min(rates), max(rates)
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
