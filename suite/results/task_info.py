"""Task info: the description of a task and its data in task.json."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Self, TypedDict

from suite.errors import UnreadableError
from suite.results.json_object import JsonObject
from suite.results.json_types import Count
from suite.results.record import Scores
from suite.tasks.declaration import FAMILIES_APART, GENERATED
from suite.tasks.metrics import METRICS, Metric, stored_metric
from suite.tasks.reference import published
from suite.tasks.task_budget import TaskBudget


class SplitScores(TypedDict):
    """Metric -> score, on both splits that have scores."""

    validation: Mapping[str, float | None]
    test: Mapping[str, float | None]


class RivalInfo(TypedDict):
    """A rival on one data draw."""

    words: str
    seconds: float
    scores: SplitScores


class DrawInfo(TypedDict, total=False):
    """One data draw; `TaskInfo` explains the fields."""

    checksum: str
    baseline: Scores
    trained_baseline: Scores
    rivals: Mapping[str, RivalInfo]
    best_rival: str
    references: Mapping[str, Scores]
    fold: Sequence[Count]


class MetricInfo(TypedDict, total=False):
    """A metric that is not built in."""

    direction: str
    perfect: float


class ExampleInfo(TypedDict, total=False):
    """A training example for figures: inputs, targets and valid steps, and its words if they are known."""

    x: Sequence[Any]
    y: Any
    length: Count
    text: str


class SheetInfo(TypedDict, total=False):
    """The data sheet."""

    facts: Mapping[str, Any]
    notices: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskInfo(JsonObject):
    """The stored description of a task; field names equal the keys of task.json; None or empty means unknown.

    `title`: what sentences call the task; older files lack it. `unit`: the unit of the targets, "" if none is known.
    `metrics`: name -> direction and perfect score of the metrics that are not built in.
    `baseline`, `trained_baseline`: the names of the baselines. `sizes`: split -> number of examples. `signature`: the
    shape of the data. `examples`: a few training examples for figures. `folds`: the number of test splits that the
    experiment uses. `official`: whether the only test split is a published or given one. `classes`: the names of the
    classes, if known. `sheet`: the data sheet. `reference`: a published score and its source, or a list of such
    pairs.
    `baselines`: data seed -> checksum, scores of the trivial baseline and of the best rival; `rivals` (name -> words,
    seconds, scores) and `best_rival`, which older files lack; `references`, the scores of predictions that the data
    bring along; and, with several folds, `fold`: [index, folds]. `sweep`: the name that all lengths and budgets of a
    task share.
    """

    name: str = ""
    title: str = ""
    unit: str = ""
    family: str | None = None
    kind: str | None = None
    per_step: bool = False
    metric: str | None = None
    direction: str | None = None
    description: str = ""
    version: int | None = None
    ceiling: float | None = None
    solved: float | None = None
    licence: str | None = None
    source: str | None = None
    sweep: str | None = None
    length: float | None = None
    folds: Count = 0
    official: bool = False
    perfect: float | None = None
    metrics: Annotated[Mapping[str, Mapping[str, Any]], Mapping[str, MetricInfo]] = field(default_factory=dict)
    baseline: str | float | None = None
    trained_baseline: str | None = None
    tags: Sequence[str] = field(default_factory=list)
    honest: Sequence[str] = field(default_factory=list)
    sizes: Mapping[str, int] = field(default_factory=dict)
    signature: Mapping[str, Any] = field(default_factory=dict)
    examples: Annotated[Sequence[Mapping[str, Any]], Sequence[ExampleInfo]] = field(default_factory=list)
    classes: Sequence[str] = field(default_factory=list)
    sheet: Annotated[Mapping[str, Any], SheetInfo] = field(default_factory=dict)
    reference: Annotated[Sequence[Any], Sequence[float | str | Sequence[float | str]]] = field(default_factory=list)
    baselines: Annotated[Mapping[str, Mapping[str, Any]], Mapping[str, DrawInfo]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Self:
        """Return the description in a file; raise UnreadableError if the file is damaged, or of another task."""
        info = super(TaskInfo, cls).from_json(content, path)
        if info.name not in ("", path.parent.name):
            raise UnreadableError(f"'{path}' describes the task '{info.name:.100}'")
        if info.direction not in (None, "higher", "lower"):
            raise UnreadableError(f"'{path}' is damaged: its 'direction' is {info.direction!r:.50}")
        for draw in info.baselines.values():
            if draw.get("best_rival") and draw["best_rival"] not in _rivals(draw):
                raise UnreadableError(f"'{path}' is damaged: it has no rival {draw['best_rival']!r:.50}")
        return info

    @property
    def budget(self) -> TaskBudget | None:
        """The number of weights or training examples of the task's own; None if its name has none."""
        return TaskBudget.split(self.name)[1]

    @property
    def headline(self) -> Metric:
        """The metric that scores the task."""
        return stored_metric(self.metric, self.direction, self.perfect)

    def metric_named(self, name: str) -> Metric | None:
        """Return the metric of this name; None if neither this version nor the task's description knows it."""
        if name == self.metric:
            return self.headline
        stored = self.metrics.get(name, {})
        known = stored or name in METRICS.names()
        return stored_metric(name, stored.get("direction"), stored.get("perfect")) if known else None

    @property
    def best_rivals(self) -> dict[str, str]:
        """Name -> words of the rivals that were the best one of some data draw, the most frequent first."""
        named = [one["best_rival"] for one in self.baselines.values() if one.get("best_rival")]
        words = {name: one["words"] for draw in self.baselines.values() for name, one in _rivals(draw).items()}
        return {name: words[name] for name, _ in Counter(named).most_common()}

    @property
    def references(self) -> dict[str, float]:
        """Source -> score in the headline metric: the published ones, and means of predictions that the data bring."""
        draws = [one.get("references") or {} for one in self.baselines.values()]
        found: dict[str, float] = {source: score for score, source in published(self.reference)}
        for name in dict.fromkeys(name for draw in draws for name in draw):
            scores = [draw[name]["test"].get(self.metric) for draw in draws if name in draw]
            if known := [score for score in scores if score is not None]:
                found[name] = fmean(known)
        return found

    def class_name(self, number: int) -> str:
        """Return the name of a class, or "class 3" if only numbers are known."""
        return str(self.classes[number]) if number < len(self.classes) else f"class {number}"

    @property
    def generated(self) -> bool:
        """Whether the task generates its data, instead of reading data that are the same for every seed."""
        return (self.source or "").startswith(GENERATED)

    @property
    def apart(self) -> bool:
        """Whether the task is left out of every aggregate, as controls and demonstrations of leaks are."""
        return self.family in FAMILIES_APART


def _rivals(draw: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return name -> words, seconds and scores of the rivals of one data draw; older files have none."""
    return draw.get("rivals") or {}
