"""JSON objects: frozen dataclasses read from files and written to them; their fields are the only schema."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from suite.errors import UnreadableError

Stored = TypeVar("Stored")

JSON_TYPES: dict[Any, tuple[type, ...]] = {Mapping: (dict,), Sequence: (list,), float: (int, float), Any: (object,)}


def parse(kind: type[Stored], content: Any, path: Path) -> Stored:
    """Return a dataclass with the values of a JSON object.

    A value that is null or missing is the field's default. Keys without a field go to the field `extra`. Raise
    UnreadableError, which names the file and the key, for a value of the wrong type.
    """
    if not isinstance(content, dict):
        raise UnreadableError(f"'{path}' does not contain a JSON object")
    types, values, extra = schema(kind), {}, {}
    for key, value in content.items():
        if key not in types:
            extra[key] = value
        elif value is not None:
            if not isinstance(value, types[key]):
                raise UnreadableError(f"'{path}' is damaged: its '{key}' is {value!r:.50}")
            values[key] = value
    return kind(**values | {"extra": extra})


def plain(stored: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as a JSON object, in their order, followed by its unknown keys."""
    return {name: getattr(stored, name) for name in schema(type(stored))} | stored.extra


@cache
def schema(kind: Any) -> dict[str, tuple[type, ...]]:
    """Return the JSON types that each field of a dataclass may have, besides null."""
    hints = get_type_hints(kind)
    return {field.name: json_types(hints[field.name]) for field in fields(kind) if field.name != "extra"}


def json_types(hint: Any) -> tuple[type, ...]:
    """Return the JSON types of a type hint: `Mapping[str, Any] | None` is a dict."""
    members = [hint] if get_origin(hint) in JSON_TYPES else get_args(hint) or [hint]
    found = (JSON_TYPES.get(get_origin(member) or member, (member,)) for member in members)
    return tuple(each for types in found for each in types)
