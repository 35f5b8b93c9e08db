"""Outline: the search spaces of a task's cells as plain values, found on a worker."""

from collections.abc import Sequence
from typing import Any

from suite import backend
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.search.outline import Outline
from suite.seeds import derive_seed
from suite.tasks.data import Signature


def outlines(
    experiment: Experiment, cells: Sequence[Cell], signature: Signature, way: str = "together"
) -> dict[str, Outline]:
    """Cell's name -> its outline, for cells of one task, executed on a worker; `way` as in `outline`.

    Raises RequestError for values in `search_space` or `hyperparameters` that no space has and, where all cells are
    together, for names. An architecture that cannot be built, or is not, has a space of what all share, so that its
    runs fail and their records say why.
    """
    from suite.architectures.model import SHARED
    from suite.search.spaces import check_names

    searches, broken = {}, {cell.name for cell in cells if way == "unbuilt"}
    for cell in cells if way != "unbuilt" else ():
        try:
            searches[cell.name] = search_of(experiment, cell, signature)
        except RequestError:
            raise
        except Exception:  # a stranger's architecture may raise anything; its runs do it again and keep the message
            broken.add(cell.name)
    if way == "together":
        known = {*SHARED, "units"}.union(*(search.default for search in searches.values()))
        check_names("search_space", experiment.search_space, known)
        for cell in (cell for cell in cells if cell.name in searches):
            check_names("hyperparameters", experiment.configuration(cell) or (), known)
    found = {cell.name: _outline(experiment, cell, searches[cell.name]) for cell in cells if cell.name in searches}
    shared = shared_defaults(signature)
    return found | {name: Outline(shared, [shared] * experiment.trials, None) for name in broken}


def search_of(experiment: Experiment, cell: Cell, signature: Signature) -> Any:
    """The search of a cell; see `suite.search.search.Search`."""
    from suite.search.search import Search

    return Search(
        cell.architecture,
        signature,
        method=experiment.search,
        direction=cell.task.direction,
        trials=experiment.trials,
        seed=derive_seed(cell.task.name, "search", experiment.search_seed),
        search_space=experiment.search_space,
        search_width=experiment.match == "units",
    )


def shared_defaults(signature: Signature) -> dict[str, Any]:
    """The defaults of the hyperparameters that all architectures share."""
    import keras_tuner

    from suite.architectures.model import shared_space

    hp = keras_tuner.HyperParameters()
    return dict(shared_space(hp, signature))


def _outline(experiment: Experiment, cell: Cell, search: Any) -> Outline:
    from suite.search.search import ADAPTIVE
    from suite.search.spaces import completed

    given = experiment.configuration(cell)
    if given is not None:
        return Outline(search.default, [], completed(search.space, given, cell.architecture.name))
    asked = 0 if experiment.search in ADAPTIVE else experiment.trials
    return Outline(search.default, [search.ask(index) for index in range(asked)], None)


def outline(
    experiment: Experiment, cells: Sequence[Cell], signature: Signature, way: str = "together"
) -> dict[str, Outline]:
    """Cell's name -> outline: what the runner, which has no TensorFlow, needs of the search spaces.

    `way`: "together" for all cells of a task; "alone" for one, when some other may kill whoever builds it; "unbuilt"
    for that other.
    """
    backend.start(experiment.threads)
    return outlines(experiment, cells, signature, way)
