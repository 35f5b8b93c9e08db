"""Explanation: how much skill a final run's network keeps when inputs of test examples are changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self, TypedDict

from suite.errors import UnreadableError
from suite.files.strict_json import checksum
from suite.results.json_object import JsonObject
from suite.results.json_types import Count

ENDING = ".explanation.jsonl"  # beside the record of its run; one line
METHOD = 1  # what was made by another method is made again


class EffectInfo(TypedDict, total=False):
    """A change of the inputs and the skill that is left; `Explanation` explains it."""

    kind: str
    first: Count
    last: Count
    skill: float
    without: Sequence[float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation(JsonObject):
    """What was measured of one final run, on a sample of its test examples; None or empty means unknown.

    `method`: the version of the way to measure. `spec`: the checksum of the run's spec. `examples`: the number of
    examples in the sample, `of` all test examples. `unit`: what its parts are made of: "example", "group" or "date".
    `split`: a label that runs share which were measured on the same examples. `steps`: the length of the sequences,
    whose steps are counted back from `counted`. `features`: their number, and `names`, if they have any. `replaced`:
    what occluded steps hold. `effects`: for each change (`suite.training.perturbations.Change`), the skill on all
    examples, and `without` each part of them, in the order of the parts. `seconds`: the time that it took.
    """

    method: Count = 0
    spec: str = ""
    examples: Count = 0
    of: Count = 0
    unit: str = ""
    split: str = ""
    steps: Count = 0
    counted: str = ""
    features: Count = 0
    names: Sequence[str] = field(default_factory=list)
    replaced: str = ""
    effects: Annotated[Sequence[Any], Sequence[EffectInfo]] = field(default_factory=list)
    seconds: float | None = None

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Self:
        """Return the explanation in a file; raise UnreadableError if it is damaged, or no change was made."""
        found = super(Explanation, cls).from_json(content, path)
        if not found.effects or any({*one} != {*EffectInfo.__annotations__} for one in found.effects):
            raise UnreadableError(f"'{path}' is damaged: its 'effects' are incomplete")
        if len({len(one["without"]) for one in found.effects}) > 1:
            raise UnreadableError(f"'{path}' is damaged: its 'effects' have different parts")
        return found

    def is_of(self, spec: Any) -> bool:
        """Return whether it explains the run with this spec, and was made as it would be now."""
        return self.method == METHOD and self.spec == checksum(spec)
