"""JSON objects: frozen dataclasses read from JSON files and written to them; their fields are the only schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Self, get_args, get_origin, get_type_hints

from suite.errors import UnreadableError

JSON_TYPES: dict[Any, tuple[type, ...]] = {Mapping: (dict,), Sequence: (list,), float: (int, float), Any: (object,)}


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonObject:
    """The content of a JSON file; field names equal its keys. `extra`: the keys that this version does not know."""

    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Self:
        """Return the object for the content of a file; a value that is null or missing becomes the field's default.

        Raise UnreadableError with the file and the key if a value has the wrong type.
        """
        if not isinstance(content, dict):
            raise UnreadableError(f"'{path}' does not contain a JSON object")
        types, values, extra = schema(cls), {}, {}
        for key, value in content.items():
            if key not in types:
                extra[key] = value
            elif value is not None:
                if not isinstance(value, types[key]):
                    raise UnreadableError(f"'{path}' is damaged: its '{key}' is {value!r:.50}")
                values[key] = value
        return cls(**values, extra=extra)

    def to_json(self) -> dict[str, Any]:
        """Return the content of the file: the fields in their order, then the unknown keys."""
        return {name: getattr(self, name) for name in schema(type(self))} | dict(self.extra)


@cache
def schema(kind: Any) -> dict[str, tuple[type, ...]]:
    """Return field -> JSON types that its value may have, besides null."""
    hints = get_type_hints(kind)
    return {field.name: json_types(hints[field.name]) for field in fields(kind) if field.name != "extra"}


def json_types(hint: Any) -> tuple[type, ...]:
    """Return the JSON types that a type hint allows, such as `dict` for `Mapping[str, Any] | None`."""
    members = [hint] if get_origin(hint) in JSON_TYPES else get_args(hint) or [hint]
    found = (JSON_TYPES.get(get_origin(member) or member, (member,)) for member in members)
    return tuple(each for types in found for each in types)
