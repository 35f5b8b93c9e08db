"""JSON objects: frozen dataclasses read from JSON files and written to them; their fields are the only schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Self, get_type_hints

from suite.errors import UnreadableError
from suite.results.json_types import Test, holds


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonObject:
    """The content of a JSON file; field names equal its keys. `extra`: the keys that this version does not know."""

    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Self:
        """Return the object for the content of a file; a value that is null or missing becomes the field's default.

        Raise UnreadableError with the file and the key if a value has the wrong type, at any depth.
        """
        if not isinstance(content, dict):
            raise UnreadableError(f"'{path}' does not contain a JSON object")
        tests, values, extra = schema(cls), {}, {}
        for key, value in content.items():
            if key not in tests:
                extra[key] = value
            elif value is not None:
                if not tests[key](value):
                    raise UnreadableError(f"'{path}' is damaged: its '{key}' is {value!r:.50}")
                values[key] = value
        return cls(**values, extra=extra)

    def to_json(self) -> dict[str, Any]:
        """Return the content of the file: the fields in their order, then the unknown keys."""
        return {name: getattr(self, name) for name in schema(type(self))} | dict(self.extra)


@cache
def schema(kind: Any) -> dict[str, Test]:
    """Return field -> test whether a value, which is not null, has the field's type."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: holds(hints[field.name]) for field in fields(kind) if field.name != "extra"}
