"""Claim: a sentence with what decides it, as plain data; Part: one interval of a decision; the two registries."""

import inspect
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

from suite.claims.scope import Scope
from suite.errors import RequestError, check_keywords, closest_keyword
from suite.registry import Registry, check_name, place_of
from suite.results.experiment_info import ExperimentInfo
from suite.statistics import Estimate
from suite.text import several

CONFIRMATORY = "confirmatory"
PAIR = (2, 2)


@closest_keyword
@dataclass(frozen=True)
class Claim:
    """A sentence that the records may support or contradict.

    `statistic`: the name of a registered one, which says how `architectures` are used. `families`, `tasks`: it is
    judged on tasks of these families and of these names or sweeps, by default on all that count in aggregates.
    `margin`: effects up to this count as none, by default the experiment's margin of skill. `group`: intervals are
    simultaneous over the claims of a group that have runs.
    """

    id: str
    claim: str
    source: str
    statistic: str
    architectures: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    margin: float | None = None
    group: str = CONFIRMATORY

    def __post_init__(self) -> None:
        for name in ("architectures", "families", "tasks"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def plain(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Part:
    """One effect of which a claim says that it is above 0, or above a `border`; larger is better for the claim.

    `what`: the effect in words. `interval`: level -> estimate. `margin`: effects up to this count as none; unused with
    a border. `ahead`, `behind`: the architectures whose flags weaken a verdict against and for the claim, those behind
    by their runs of `role_behind`. `main`: where it is practically equal, so is the whole claim. `seen`: makes
    sentences of evidence; called for the verdict alone, not for what it is sensitive to.
    """

    what: str
    interval: Callable[[float], Estimate]
    unit: str
    margin: float
    border: float | None = None
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    role_behind: str = "final"
    main: bool = False
    seen: Callable[[], list[str]] = list


@dataclass(frozen=True)
class Entry:
    """A claim or a statistic as a registry holds it."""

    name: str
    place: str
    content: Any
    lacks: Callable[[Any], list[str]] | None = None
    evidence: "Evidence | None" = None
    architectures: "Numbers" = (0, math.inf)
    tasks: "Numbers" = (0, math.inf)
    roles: tuple[str, ...] = ("final",)
    counts_failed: bool = False

    def names(self) -> list[str]:
        """The names this entry is listed under."""
        return [self.name]

    def find(self, name: str) -> Self | None:
        """This entry if it answers to `name`."""
        return self if name == self.name else None


CLAIMS: Registry[Entry] = Registry("claim", "suite.claims", "suite.claims.builtin")
STATISTICS: Registry[Entry] = Registry("statistic", "suite.claims", "suite.claims.statistics")
Statistic = Callable[[Claim, Scope], list[Part]]
Evidence = Callable[[Claim, Scope], list[str]]
Numbers = tuple[float, float]


def claim(id: str, sentence: str, source: str, **fields: Any) -> Claim:
    """Registers a claim, to be judged in every experiment, and gives it back; the fields are those of `Claim`.

    For plugins; an experiment's own go into `Experiment(claims=[Claim(...)])`.
    """
    check_keywords("claim", fields, inspect.signature(Claim).parameters)
    check_name("claim", id, "a claim's id")
    caller = inspect.stack()[1]
    declared = Claim(id, sentence, source, **fields)
    CLAIMS.add(Entry(id, f"{caller.filename}:{caller.lineno}", declared))
    return declared


def statistic(
    name: str,
    lacks: Callable[[Any], list[str]] | None = None,
    evidence: Evidence | None = None,
    architectures: Numbers = (0, math.inf),
    tasks: Numbers = (0, math.inf),
    roles: tuple[str, ...] = ("final",),
    counts_failed: bool = False,
) -> Callable[[Statistic], Statistic]:
    """Registers the decorated function (claim, scope) -> parts, all of which a supported claim needs.

    A part whose records are missing has n = 0. `lacks`: results -> what an experiment without such records has to be
    given, in words, beside tasks and architectures. `evidence`: (claim, scope) -> further sentences, which are made for
    the verdict alone and not again for what it is sensitive to. `architectures`, `tasks`: the least and the greatest
    number of them that a claim has to name. `roles`: of the runs that decide. `counts_failed`: whether failed ones
    count as the worst outcome where the scope asks for it.
    """

    def register(function: Statistic) -> Statistic:
        check_name("statistic", name, place_of(function))
        STATISTICS.add(
            Entry(name, place_of(function), function, lacks, evidence, architectures, tasks, roles, counts_failed)
        )
        return function

    return register


def misfit(claim: Claim) -> str:
    """Why the statistic of a claim cannot decide it, in words; empty where it can."""
    if claim.statistic not in STATISTICS.names():
        there = ", ".join(STATISTICS.names())
        return f"the statistic '{claim.statistic}' is not registered here; there are: {there}"
    entry = STATISTICS.get(claim.statistic)
    for noun, (least, most) in (("architecture", entry.architectures), ("task", entry.tasks)):
        named = len(getattr(claim, f"{noun}s"))
        if not least <= named <= most:
            wanted = f"{'' if least == most else 'at least '}{several(least, noun)}"
            return f"the statistic '{claim.statistic}' takes {wanted}; the claim '{claim.id}' names {named}"
    return ""


def declared_in(experiment: ExperimentInfo) -> list[Claim]:
    """The claims of its own in an experiment.json; raises RequestError for what is none."""
    own = experiment.claims_fixed.get("own", [])
    try:
        return [Claim(**fields) for fields in own]
    except (TypeError, RequestError) as error:
        raise RequestError(f"experiment.json holds a claim that cannot be read: {error}") from error
