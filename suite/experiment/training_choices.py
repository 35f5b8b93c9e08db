"""Training choices: check the loss, optimizer and schedule that an experiment names, and resolve them for a task."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from suite.errors import RequestError, closest, is_number, names_of
from suite.recipes.loss import LOSSES, usual_loss
from suite.recipes.optimizer import OPTIMIZERS
from suite.recipes.recipe import MEDIAN, PRECISIONS, SEARCHABLE, Recipe
from suite.recipes.schedule import SCHEDULES
from suite.tasks.kinds import KINDS
from suite.tasks.task import Task

USUAL_LEVELS = (0.05, 0.5, 0.95)
NAMES = {"optimizer": OPTIMIZERS.names, "schedule": SCHEDULES.names, "precision": lambda: PRECISIONS}
NUMBERS = {
    "clip_norm": (lambda value: is_number(value) and value > 0, "a number above 0"),
    "weight_decay": (lambda value: is_number(value) and value >= 0, "a number of at least 0"),
    "lookback": (lambda value: type(value) is int and value > 0, "a whole number of steps, at least 1"),
}
OPTIONAL = ("weight_decay", "precision", "lookback")


class Declared(Protocol):
    """The fields of an experiment that say how its networks are trained."""

    @property
    def loss(self) -> Any: ...
    @property
    def quantiles(self) -> Any: ...
    @property
    def optimizer(self) -> str: ...
    @property
    def schedule(self) -> str: ...
    @property
    def clip_norm(self) -> float: ...
    @property
    def weight_decay(self) -> float | None: ...
    @property
    def precision(self) -> str | None: ...
    @property
    def search_space(self) -> Mapping[str, Any]: ...


def recipe(experiment: Declared, kind: str) -> Recipe:
    """Return the recipe for tasks of a kind, without the choices that are searched: a configuration makes these."""
    declared, searched = vars(declared_recipe(experiment, kind)), searched_choices(experiment)
    return Recipe(**{name: value for name, value in declared.items() if name not in searched})


def searched_choices(experiment: Declared) -> tuple[str, ...]:
    """Return the names of the training choices that are searched."""
    return tuple(name for name in SEARCHABLE if name in experiment.search_space)


def declared_recipe(experiment: Declared, kind: str) -> Recipe:
    """Return the recipe that the fields declare for tasks of a kind; where choices are searched, it is the default."""
    loss = by_kind(experiment.loss).get(kind, usual_loss(kind))
    possible = {loss, *experiment.search_space.get("loss", ())}
    return Recipe(
        loss=None if loss == usual_loss(kind) else loss,
        quantiles=levels(experiment) if any(_predicts_quantiles(name, kind) for name in possible) else (),
        optimizer=experiment.optimizer,
        schedule=experiment.schedule,
        clip_norm=float(experiment.clip_norm),
        weight_decay=None if experiment.weight_decay is None else float(experiment.weight_decay),
        precision=experiment.precision,
    )


def levels(experiment: Declared) -> tuple[float, ...]:
    """Return the levels of a loss of quantiles: the given ones, or the median and an interval of 90 %."""
    return tuple(map(float, experiment.quantiles)) or USUAL_LEVELS


def by_kind(loss: Any) -> Mapping[str, str]:
    """Return kind of task -> loss, given a loss for every kind, such a mapping, or None for the usual losses."""
    if loss is None:
        return {}
    return loss if isinstance(loss, Mapping) else dict.fromkeys(KINDS, loss)


def check_training(experiment: Declared, tasks: Sequence[Task]) -> None:
    """Raise RequestError if a training choice is unknown, out of range, or does not serve one of the tasks."""
    for name in _losses(experiment):
        LOSSES.get(f"{name}")
    for kind in by_kind(experiment.loss):
        if kind not in KINDS:
            raise RequestError(f"loss of unknown kind {kind!r:.40}: {closest(str(kind), KINDS)}")
    for name in SEARCHABLE:
        for value in experiment.search_space.get(name, ()):
            _check_value(f"search_space of '{name}': {name}", name, value)
    for name in (*NAMES, *NUMBERS):
        if (value := getattr(experiment, name, None)) is not None or name not in OPTIONAL:
            _check_value(name, name, value)
    for task in tasks:
        _check_task(experiment, task)
    _check_levels(experiment, tasks)


def _losses(experiment: Declared) -> Iterable[Any]:
    return (*by_kind(experiment.loss).values(), *experiment.search_space.get("loss", ()))


def _check_value(where: str, name: str, value: Any) -> None:
    """Raise RequestError unless a choice may have this value."""
    if name in NAMES and value not in (known := NAMES[name]()):
        raise RequestError(f"{where}={value!r:.40} is unknown: {closest(str(value), known)}")
    if name in NUMBERS:
        fits, what = NUMBERS[name]
        if not fits(value):
            raise RequestError(f"{where} must be {what}, not {value!r:.40}")


def _check_task(experiment: Declared, task: Task) -> None:
    """Raise RequestError if a loss, or a look-back window, does not serve a task."""
    serving = [name for name in LOSSES.names() if task.kind in LOSSES.get(name).kinds]
    loss = by_kind(experiment.loss).get(task.kind)
    if loss is not None and loss not in serving:
        way = f"loss={{KIND: {loss!r}}} names it for one kind only" if isinstance(experiment.loss, str) else ""
        raise RequestError(
            f"loss {loss!r:.40} does not serve {KINDS[task.kind].noun} (task '{task.name:.40}'), which has "
            f"{names_of(serving)}{'; ' * bool(way)}{way}"
        )
    searched = experiment.search_space.get("loss", ())
    if searched and not set(searched) & set(serving):
        raise RequestError(
            f"search_space of 'loss' has none for {KINDS[task.kind].noun} (task '{task.name:.40}'): add one of "
            f"{names_of(serving)}"
        )
    if "lookback" in experiment.search_space and task.per_step:
        raise RequestError(
            f"search_space of 'lookback': task '{task.name:.40}' has a target at every step, and a look-back window is "
            "for one target per sequence; leave out lookback, or the task"
        )


def _check_levels(experiment: Declared, tasks: Sequence[Task]) -> None:
    """Raise RequestError unless the levels of quantiles increase within (0, 1), contain 0.5 and are used."""
    given = experiment.quantiles
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(map(is_number, given)):
        raise RequestError(f"quantiles must be a list of levels, such as {USUAL_LEVELS}, not {given!r:.60}")
    inside = all(0 < level < 1 for level in given) and list(given) == sorted(set(given))
    if given and not (inside and MEDIAN in given):
        raise RequestError(
            f"quantiles must increase within (0, 1) and contain 0.5, such as {USUAL_LEVELS}, not {tuple(given)!r:.60}"
        )
    if given and not any(recipe(experiment, task.kind).quantiles for task in tasks):
        raise RequestError("quantiles are given, but no task is trained on them: add loss='quantile'")


def _predicts_quantiles(name: str, kind: str) -> bool:
    loss = LOSSES.get(name)
    return loss.quantiles and kind in loss.kinds
