"""JSON types: whether a JSON value has a type, to any depth; the type hints of a stored object are its only schema."""

import math
import re
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

Test = Callable[[Any], bool]
MOST = 1_000_000  # of whatever is counted in a results folder: more is no request but damage
COUNTED = range(MOST + 1)

# of a task, with or without a budget, an architecture or a checksum: it may be part of a path, and leads nowhere else
Name = Annotated[str, re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")]
Count = Annotated[int, COUNTED]
Threads = Annotated[int, range(1, 1025)]
Scalar = str | float | bool | None


@cache
def holds(hint: Any) -> Test:
    """Return the test whether a JSON value has a type.

    The hint may be a plain type, a union, a Mapping or a Sequence of hints, a TypedDict, whose values may be missing or
    null unless they are required, or Annotated with a range of numbers, a pattern or a narrower hint. A boolean is no
    number, and a float may be written as an integer.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _all(holds(parts[0]), *map(_within, parts[1:]))
    if origin in (Union, types.UnionType):
        members = [holds(part) for part in parts]
        return lambda value: any(member(value) for member in members)
    if is_typeddict(hint):
        tests = {name: holds(part) for name, part in get_type_hints(hint, include_extras=True).items()}
        return _fields(tests, hint.__required_keys__)
    if (origin or hint) in (Mapping, Sequence):
        return _container(origin or hint, holds(parts[-1]) if parts else _anything)
    return PLAIN[hint]


def _anything(value: Any) -> bool:
    return True


def _all(*tests: Test) -> Test:
    return lambda value: all(test(value) for test in tests)


def _within(limit: Any) -> Test:
    if isinstance(limit, range):
        return lambda value: value in limit
    if isinstance(limit, re.Pattern):
        return lambda value: limit.fullmatch(value) is not None
    return holds(limit)


def _fields(tests: Mapping[str, Test], required: Collection[str]) -> Test:
    def test(value: Any) -> bool:
        if not isinstance(value, dict) or any(value.get(name) is None for name in required):
            return False
        return all(value.get(name) is None or holds_it(value[name]) for name, holds_it in tests.items())

    return test


def _container(kind: Any, inside: Test) -> Test:
    if kind is Mapping:
        return lambda value: isinstance(value, dict) and all(map(inside, value.values()))
    return lambda value: isinstance(value, list) and all(map(inside, value))


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


PLAIN: dict[Any, Test] = {
    Any: _anything,
    type(None): lambda value: value is None,
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool),
    int: lambda value: type(value) is int,
    float: _is_number,
}
