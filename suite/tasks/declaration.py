"""Declaration: the fields of a task, which its author states, and which its data and its baselines must match."""

from dataclasses import KW_ONLY, dataclass
from typing import Any, TypedDict

from suite.errors import RequestError, check_at_least, check_title
from suite.tasks.kinds import CLASSIFICATION

GENERATED = "generated"
BALANCED = "balanced"
FAMILIES_APART = ("controls", "leaks")  # families whose tasks are left out of every aggregate


class Options(TypedDict, total=False):
    """The optional fields of a task's declaration.

    `trained_baseline`: a scikit-learn estimator, a name ("bag-of-words", "tfidf", "order-free", "flattened", "lags",
    "har", "seasonal-naive", "gradient-boosting", "minirocket", "nearby", "recent") or a tuple of them. On every data
    draw, the one with the best validation score is the rival that verdicts are about.
    `ceiling`: the best possible score, if it is known; a training that reaches it may end. `solved`: the score at which
    a run counts as solved. `source`: where the data come from; it begins with "generated" if the task generates them.
    `title`: what sentences call the task, such as "S&P 500 volatility"; "{length}" in it is the length of a sweep. By
    default, it follows from the name. `unit`: the unit of a regression's targets, such as "°C", which errors share.
    `honest`: for a task that demonstrates a leak, the tasks that ask the same question without the leak. `official`:
    whether the test split is a published or given one, so that there are no others. `standardise`: scale the inputs to
    mean 0 and spread 1 over the training split. `classes`: the number of classes, so that one which training lacks can
    be scored. `class_weight`: "balanced" weighs the training loss so that every class has the same weight. `offline`:
    whether a prediction at a step may use later steps, because the whole sequence is there (with `per_step`).
    `ordered`: whether the classes have an order, such as grades, so that metrics may count how far a prediction is off.
    `season`: the number of steps of a season, for "seasonal-naive". `reference`: a published score and its source, such
    as (0.981, "Kuster 2009"), or a tuple of such pairs; they are shown, and no verdict is about them.
    """

    trained_baseline: Any
    per_step: bool
    version: int
    ceiling: float | None
    solved: float | None
    licence: str
    source: str
    tags: tuple[str, ...]
    title: str
    unit: str
    honest: tuple[str, ...]
    vocabulary: int | None
    official: bool
    standardise: bool
    classes: int | None
    class_weight: str | None
    offline: bool
    ordered: bool
    season: int | None
    reference: tuple[float, str] | tuple[tuple[float, str], ...] | None


class Declaration(Options, total=False):
    """The fields of a task on the user's own data, where every field has a default."""

    family: str
    kind: str
    metric: str
    baseline: str | float


@dataclass(frozen=True)
class Declared:
    """What a task declares; `suite.tasks.task.task` and `Options` explain the fields."""

    name: str
    family: str
    kind: str
    metric: str
    baseline: str | float
    _: KW_ONLY
    trained_baseline: Any = None
    per_step: bool = False
    version: int = 1
    ceiling: float | None = None
    solved: float | None = None
    licence: str = ""
    source: str = GENERATED
    tags: tuple[str, ...] = ()
    title: str = ""
    unit: str = ""
    honest: tuple[str, ...] = ()
    vocabulary: int | None = None
    official: bool = False
    standardise: bool = False
    classes: int | None = None
    class_weight: str | None = None
    offline: bool = False
    ordered: bool = False
    season: int | None = None
    reference: tuple[float, str] | tuple[tuple[float, str], ...] | None = None


def check_options(entry: Declared, where: str) -> None:
    """Raise RequestError if an optional field is invalid by itself or beside the kind of task."""
    check_title(entry.title, where)
    check_title(entry.unit, where, "unit")
    if entry.class_weight not in (None, BALANCED):
        raise RequestError(f"{where}: class_weight={entry.class_weight!r:.40}: the only choice is '{BALANCED}'")
    for field in ("classes", "class_weight", "ordered"):
        if getattr(entry, field) not in (None, False) and entry.kind != CLASSIFICATION:
            raise RequestError(f"{where}: {field} is for a classification, not for a {entry.kind}")
    for field in ("classes", "season"):
        if getattr(entry, field) is not None:
            check_at_least(f"{where}: {field}", getattr(entry, field), 2)
    if entry.offline and not entry.per_step:
        raise RequestError(f"{where}: offline=True is for tasks with per_step=True: leave it out")
