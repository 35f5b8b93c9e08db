"""Record: what one run left behind, as stored in its JSON file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self, TypedDict

from suite.errors import UnreadableError
from suite.results.json_object import JsonObject
from suite.results.json_types import Count, Name, Scalar, Threads
from suite.results.statuses import Status

Scores = Mapping[str, Mapping[str, float | None]]


class DataSpec(TypedDict, total=False):
    """What a spec says about the data; `fold`: [index, folds]."""

    seed: int
    checksum: Name
    fold: Sequence[Count]


class BudgetSpec(TypedDict, total=False):
    """What a spec says about the budget."""

    weights: int
    epochs: Count
    patience: Count
    threads: Threads


class Spec(TypedDict, total=False):
    """All settings that determine a run's numbers; older ones lack some."""

    task: Mapping[str, Any]
    data: DataSpec
    architecture: Mapping[str, Any]
    hyperparameters: Mapping[str, Scalar]
    budget: BudgetSpec
    seed: int
    recipe: Mapping[str, Any]


class Seconds(TypedDict, total=False):
    """How long the phases of a run took."""

    data: float
    build: float
    fit: float
    evaluate: float
    epochs: Sequence[float | None]
    predict_1: float
    predict_64: float
    cpu: float


class IntervalInfo(TypedDict, total=False):
    """How wide prediction intervals are, and how many test targets are within; one number for every output."""

    level: float
    validation: int
    test: int
    coverage: Sequence[float]
    width: Sequence[float]
    size: Sequence[float]


NEEDED = ("id", "task", "architecture", "role", "index", "status")
PHASES = ("data", "build", "fit", "evaluate")
PRESENT = {"seed", "metrics", "spec"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Record(JsonObject):
    """The record of one run; field names equal the keys of its file.

    `metrics`, `baseline` and `trained_baseline`: split -> metric -> score, empty if unknown. `history`: metric -> one
    value per epoch. `gradients`: "start" or "kept" weights, or "start <value> <draw>" -> lag -> ratio. `seconds`: phase
    -> wall-clock seconds, and `cpu`, the CPU seconds of the whole run. `trivial_loss`: the training loss of the best
    constant prediction. `lacking`: what the run could not leave behind, its "saved model", its "gradient flow" or the
    "score on" a further test set -> why. `proposal`: where a trial of an adaptive search has its configuration from:
    "default", "random" or "model". `intervals`: of a final run, how wide its prediction intervals or sets are, and how
    many test targets are within (`suite.tasks.intervals.measured`). `changed`: what the run changed in its process, and
    what was put back or, on a worker, ended with it. Older records have no `cpu`, no `trivial_loss`, no
    `intervals` and, of trials, no test scores.
    """

    id: str
    task: Name
    architecture: Name
    role: str
    index: Count
    seed: int | None = None
    attempt: Count = 1
    status: str
    hyperparameters: Annotated[Mapping[str, Any], Mapping[str, Scalar]] = field(default_factory=dict)
    spec: Annotated[Mapping[str, Any], Spec] = field(default_factory=dict)
    metrics: Scores = field(default_factory=dict)
    baseline: Scores = field(default_factory=dict)
    trained_baseline: Scores = field(default_factory=dict)
    history: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    best_epoch: Count | None = None
    epochs: Count | None = None
    weights: int | None = None
    flags: Sequence[str] = field(default_factory=list)
    clipped: float | None = None
    gradients: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    seconds: Annotated[Mapping[str, Any], Seconds] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    started: str | None = None
    finished: str | None = None
    error: str | None = None
    structure: Mapping[str, Any] | None = None
    trivial_loss: float | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)
    intervals: Annotated[Mapping[str, Any], IntervalInfo] = field(default_factory=dict)
    proposal: str | None = None
    changed: Sequence[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Self:
        """Return the record in a file; raise UnreadableError with the reason if the file is not a valid record."""
        known = isinstance(content, dict) and content.keys() >= PRESENT
        if not known or any(content.get(key) is None for key in NEEDED):
            raise UnreadableError(f"'{path}' is not a record")
        record = super(Record, cls).from_json(content, path)  # a plain super() means the class before it got slots
        run = f"{record.role}-{record.index:03d}"
        if record.id != "/".join((*path.parts[-3:-1], path.stem)) or record.id != "/".join((*record.cell, run)):
            raise UnreadableError(
                f"'{path}' holds the record of '{record.id:.100}', of {'/'.join((*record.cell, run)):.100}"
            )
        record.check(path)
        return record

    def check(self, path: Path) -> None:
        """Raise UnreadableError if a value is impossible although it has the right type."""
        try:
            for when in filter(None, (self.started, self.finished)):
                datetime.fromisoformat(when)
            for lag in (lag for ratios in self.gradients.values() for lag in ratios or ()):
                int(lag)
        except ValueError as error:
            raise UnreadableError(f"'{path}' is damaged: {error}") from error
        if None in self.spec.values():
            raise UnreadableError(f"'{path}' is damaged: its 'spec' holds null")
        if any(fold <= index for index, fold in [self.spec.get("data", {}).get("fold") or (0, 1)]):
            raise UnreadableError(f"'{path}' is damaged: it is of a fold that does not exist")

    def to_json(self) -> dict[str, Any]:
        """Return the content of the record's file."""
        content = super(Record, self).to_json()
        content |= {key: content[key] or None for key in ("baseline", "trained_baseline")}
        optional = ("error", "structure", "trivial_loss", "lacking", "intervals", "proposal", "changed")
        absent = [key for key in optional if content[key] in (None, {}, [])]
        return {key: value for key, value in content.items() if key not in absent}

    @property
    def ok(self) -> bool:
        """Whether the run succeeded."""
        return self.status == Status.OK

    @property
    def cell(self) -> tuple[str, str]:
        """The task and the architecture of the run."""
        return self.task, self.architecture

    @property
    def worked(self) -> float:
        """How many seconds the run took on its worker."""
        return sum(self.seconds.get(phase) or 0.0 for phase in PHASES)

    @property
    def split(self) -> str:
        """The split whose score counts: validation for trials, whose test scores are sealed; test for all others."""
        return "validation" if self.role == "trial" else "test"

    def score(self, metric: str | None, split: str | None = None) -> float | None:
        """Return the run's score in a metric on a split, by default the split that counts; None if unknown."""
        return look_up(self.metrics, split or self.split, metric)

    def baseline_scores(self, metric: str | None, split: str | None = None) -> tuple[float | None, float | None]:
        """Return the scores of the trivial and the trained baseline on the same data, each None if unknown."""
        split = split or self.split
        return look_up(self.baseline, split, metric), look_up(self.trained_baseline, split, metric)


def look_up(scores: Scores, split: str, metric: str | None) -> float | None:
    """Return the score in a metric on a split, or None if the split or the metric is missing."""
    return (scores.get(split) or {}).get(metric or "")
