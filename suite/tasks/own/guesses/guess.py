"""Guess: a call that turns a file or folder into a task, with the reason of each argument, until it loads."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from suite.errors import RequestError
from suite.tasks.facts import full_sheet
from suite.tasks.own.tables.dialect import Given
from suite.tasks.sheet import Sheet
from suite.tasks.task import TASKS, Task

FIXES = 8  # refusals and notices that one guess may meet
WAY_OUT = re.compile(r"\b([a-z_]+)=(\"[^\"]*\"|'[^']*'|\d[\d_.]*)?")
# arguments that messages name without a value
UNNAMED = {"missing": {"series_from_csv": "previous", "texts_from_csv": "drop", "sounds_from_folder": "drop"}}


class Code(str):
    """Python code that is written into the file as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class Guess:
    """A call that makes a task: `function(name, source, **arguments)`; `reasons`: argument -> why it was chosen."""

    function: Callable[..., Task]
    name: str
    source: Any
    arguments: Mapping[str, Any]
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def call(self) -> str:
        """The name of the function."""
        return self.function.__name__  # ty: ignore[missing-attribute]  # functions have a name

    def plus(self, argument: str, value: Any, reason: str = "") -> "Guess":
        """Return the guess with a further argument."""
        reasons = {**self.reasons, argument: reason} if reason else self.reasons
        return replace(self, arguments={**self.arguments, argument: value}, reasons=reasons)


def settled(found: Guess) -> tuple[Guess, Sheet]:
    """Return a guess that loads, and the data sheet of its task.

    Refusals and notices name the argument that settles them: take the first one, and give the message as the reason.
    Raise RequestError with the refusal that no argument settles.
    """
    for _ in range(FIXES):
        try:
            sheet = _sheet(found)
        except RequestError as error:
            if found.arguments.get("gaps") == "split" and "no window fits" in str(error):
                found = found.plus("gaps", "cross", "the stretches between the gaps are too short for a window")
                continue
            if (better := _mended(found, str(error))) is None:
                raise
            found = better
            continue
        mends = (_mended(found, notice) for notice in sheet.notices)
        if (better := next((one for one in mends if one), None)) is None:
            return found, sheet
        found = better
    return found, _sheet(found)


def _sheet(found: Guess) -> Sheet:
    arguments = {name: eval(value) if isinstance(value, Code) else value for name, value in found.arguments.items()}
    task = found.function(found.name, found.source, **arguments)
    try:
        return full_sheet(task, task.load(1))
    except ValueError as error:
        raise RequestError(str(error)) from error
    finally:
        TASKS.forget(task.place.rpartition(":")[0])


def _mended(found: Guess, message: str) -> Guess | None:
    """Add the first argument that a message names and the call lacks; return None if it names none."""
    known = {*inspect.signature(found.function).parameters, *Given.__annotations__}
    for name, value in WAY_OUT.findall(message):
        plain = value.strip("\"'") if value[:1] in ("'", '"') else float(value) if value else None
        chosen = plain if value else UNNAMED.get(name, {}).get(found.call)
        if name in known and name not in found.arguments and chosen is not None:
            whole = int(chosen) if isinstance(chosen, float) and chosen == int(chosen) else chosen
            better = found.plus(name, whole, _reason(message))
            if name == "group" and whole in (features := better.arguments.get("features", [])):
                better = better.plus("features", [one for one in features if one != whole])
            return better
    return None


def _reason(message: str) -> str:
    """Return the fault that a message names, without the file and the ways out."""
    return re.sub(r"^.*?'[^']*'[,:]?\s*", "", message.split(": say ")[0], count=1)[:100] or message[:100]
