"""Claim: a sentence that the records may support or contradict, stored as plain data, and the registry of claims."""

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from suite.errors import check_keywords, check_name, closest_keyword
from suite.registry import Named, Registry
from suite.statistics import Estimate

Chances = tuple[float, float, float]
# what one value of an effect stands for
SEARCH, RUN, TRIAL, FINAL, UNTRAINED = "search", "run", "trial", "final", "untrained network"


@closest_keyword
@dataclass(frozen=True)
class Claim:
    """A sentence that the records may support or contradict.

    `statistic`: the name of the registered statistic that decides the claim and says how `architectures` are used.
    `families`, `tasks`: the claim is judged on the tasks of these families and on the tasks and sweeps with these
    names, by default on all tasks that count in aggregates. `margin`: effects up to this size count as none; by
    default, the experiment's margin of skill.
    """

    id: str
    claim: str
    source: str
    statistic: str
    architectures: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    margin: float | None = None

    def __post_init__(self) -> None:
        for name in ("architectures", "families", "tasks"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def plain(self) -> dict[str, Any]:
        """Return all fields as plain values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Part:
    """One effect that a claim says is above 0, or above the threshold `border`; larger is better for the claim.

    `what`: the effect in words. `interval`: confidence level -> estimate. `margin`: effects up to this size count as
    none; unused if there is a border. `tasks`: the tasks that were measured, by default all of the scope. `per`: what
    the effect is about: "search" (the best of n replicates), "run" (any replicate), "trial", "final" (run) or
    "untrained network". `solved`: level -> differences in the chance of solving the tasks with a threshold. `chances`:
    returns the probabilities that the effect is below -margin, within the margin and above it. `ahead`: architectures
    whose handicaps weaken a verdict against the claim. `behind`: those whose handicaps weaken a verdict for the claim.
    `main`: whether the whole claim is practically equal if this part is. `seen`: returns sentences of evidence; called
    for the verdict, not for its sensitivity. `limit`: level -> the effect with the interval that even endless runs
    would leave; by default they leave none. `beyond`: what would narrow that interval.
    """

    what: str
    interval: Callable[[float], Estimate]
    unit: str
    margin: float | None = None
    border: float | None = None
    tasks: tuple[str, ...] = ()
    per: str = RUN
    solved: Callable[[float], list[Estimate]] = lambda level: []
    chances: Callable[[], Chances | None] = lambda: None
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    main: bool = False
    seen: Callable[[], list[str]] = list
    limit: Callable[[float], Estimate] | None = None
    beyond: str = "more test examples"


@dataclass(frozen=True)
class Registered(Named):
    """A registered claim and the place in the code that registered it."""

    place: str
    claim: Claim


CLAIMS: Registry[Registered] = Registry("claim", "suite.claims", "suite.claims.builtin")


def claim(id: str, sentence: str, source: str, **fields: Any) -> Claim:
    """Register and return a claim that is judged in every experiment; `fields` are the other fields of `Claim`.

    This function is for plugins. List the claims of a single experiment in `Experiment(claims=[Claim(...)])`.
    """
    check_keywords("claim", fields, inspect.signature(Claim).parameters)
    check_name("claim", id, "a claim's id")
    caller = inspect.stack()[1]
    declared = Claim(id, sentence, source, **fields)
    CLAIMS.add(Registered(id, f"{caller.filename}:{caller.lineno}", declared))
    return declared
