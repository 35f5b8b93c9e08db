"""Experiment info: the description in experiment.json of the experiment that produced the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from suite.results.json_object import JsonObject
from suite.results.json_types import Count, Name, Threads
from suite.statistics import MARGIN


class ClaimsInfo(TypedDict, total=False):
    """What was fixed about claims before anything ran; see `suite.claims.preregistration.fixed`."""

    hash: str
    own: Sequence[Mapping[str, Any]]
    count: Count
    before: Sequence[str]
    looks: Count
    trials: Count


@dataclass(frozen=True, kw_only=True, slots=True)
class ExperimentInfo(JsonObject):
    """The stored description of a resolved experiment; field names equal the keys of experiment.json.

    The fields of `suite.Experiment`, except `claims`, mean the same here; values are 0, None or empty if unknown.
    `best_of` is always a number here, and 0 in a folder made before trials were replicates; so is `folds` in a folder
    made before tasks had folds.
    `titles`: architecture -> what sentences and figures call it; older files lack it.
    `does_not_apply`: `<task>/<architecture>` -> why the architecture cannot serve the task. `claims_fixed`: the hash of
    the claims, the experiment's own claims, earlier hashes, and the number of looks. `granted`: task -> the number of
    trials that each of its cells needs, as decided at the planned looks so far.
    """

    tasks: Sequence[Name] = field(default_factory=list)
    architectures: Sequence[Name] = field(default_factory=list)
    search: str = "random"
    trials: Count = 0
    best_of: Count = 0
    looks: Sequence[Count] = field(default_factory=list)
    epochs: Count | None = None
    patience: Count | None = None
    seeds: Count = 0
    weights: int | Sequence[int] | None = None
    examples: int | Sequence[int] | None = None
    folds: Count = 0
    search_seed: int | None = None
    threads: Threads | None = None
    match: str = "weights"
    search_space: Mapping[str, Any] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, str] = field(default_factory=dict)
    quantiles: Sequence[float] = field(default_factory=list)
    optimizer: str | None = None
    schedule: str | None = None
    clip_norm: float | None = None
    weight_decay: float | None = None
    precision: str | None = None
    tuning_control: bool = False
    margin: float = MARGIN
    variant_of: str | None = None
    variant: str | None = None
    run_timeout: float | None = None
    name: str = ""
    description: str = ""
    file: str = ""
    search_note: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    does_not_apply: Mapping[str, str] = field(default_factory=dict)
    claims_fixed: Annotated[Mapping[str, Any], ClaimsInfo] = field(default_factory=dict)
    granted: Mapping[str, Count] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)

    @property
    def claims(self) -> int:
        """The number of claims that are judged; 0 if unknown."""
        return self.claims_fixed.get("count") or 0

    @property
    def looks_counted(self) -> int:
        """How many times verdicts are looked at: planned looks, and numbers of trials that were raised by hand."""
        return self.claims_fixed.get("looks") or 1
