"""JSON types: whether a JSON value has a type, to any depth; the type hints of a stored object are its only schema."""

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
    if kinds := _plain(hint):
        return lambda value: type(value) in kinds
    if origin is Annotated:
        return _all(holds(parts[0]), *map(_within, parts[1:]))
    if origin in (Union, types.UnionType):
        return _any(*(holds(part) for part in parts))
    if is_typeddict(hint):
        tests = {name: holds(part) for name, part in get_type_hints(hint, include_extras=True).items()}
        return _fields(tests, hint.__required_keys__)
    if (origin or hint) in (Mapping, Sequence):
        return _container(origin or hint, parts[-1] if parts else Any)
    return _anything


def _plain(hint: Any) -> frozenset[type]:
    """Return the exact types of the values of a plain type or a union of such types; none if the hint is another."""
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return frozenset().union(*(PLAIN[one] for one in members)) if PLAIN.keys() >= {*members} else frozenset()


def _anything(value: Any) -> bool:
    return True


def _all(*tests: Test) -> Test:
    def test(value: Any) -> bool:
        for one in tests:  # noqa: SIM110  # it runs for every value of every record: a generator is slower
            if not one(value):
                return False
        return True

    return test


def _any(*tests: Test) -> Test:
    def test(value: Any) -> bool:
        for one in tests:  # noqa: SIM110  # likewise
            if one(value):
                return True
        return False

    return test


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
        return all(name not in tests or one is None or tests[name](one) for name, one in value.items())

    return test


def _container(kind: Any, hint: Any) -> Test:
    inside, plain = holds(hint), _plain(hint)
    json_kind, values = (dict, dict.values) if kind is Mapping else (list, iter)
    if plain:  # of long lists of numbers, such as learning curves, only the types are collected
        return lambda value: isinstance(value, json_kind) and plain.issuperset(map(type, values(value)))
    return lambda value: isinstance(value, json_kind) and all(map(inside, values(value)))


# the numbers of a JSON file are finite: `suite.files.strict_json` refuses others
PLAIN: dict[Any, frozenset[type]] = {
    type(None): frozenset({type(None)}),
    str: frozenset({str}),
    bool: frozenset({bool}),
    int: frozenset({int}),
    float: frozenset({int, float}),
}
