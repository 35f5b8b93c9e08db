"""Specs: the fields in which two specs differ."""

from collections.abc import Mapping
from typing import Any

from suite.files.strict_json import checksum

Changes = dict[str, tuple[Any, Any]]

FINGERPRINT = "fingerprint"
MOST_SAID, LONGEST_VALUE = 4, 22  # changes in a message, and characters of a value
SHOWN = 8  # digits of a checksum
SAME = 2e-5  # two machines may round the same number to neighbouring values of five decimals


def differences(stored: Mapping[str, Any], expected: Mapping[str, Any], prefix: str = "") -> Changes:
    """Return the fields in which two specs differ: dotted name -> (stored, expected).

    The fingerprint of an architecture counts as its `code`; a spec without one, of an earlier release, has any.
    """
    found: Changes = {}
    for key in sorted({*stored, *expected}):
        old, new = stored.get(key), expected.get(key)
        if key == FINGERPRINT:
            if old and new and not _same(old, new):
                found[f"{prefix}code"] = (checksum(old, SHOWN), checksum(new, SHOWN))
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            found |= differences(old, new, f"{prefix}{key}.")
        elif old != new:
            found[f"{prefix}{key}"] = (old, new)
    return found


def changes(found: Mapping[str, tuple[Any, Any]]) -> str:
    """Describe what `differences` found, such as "budget.epochs 10 -> 20, seed 1 -> 2"."""
    said = [f"{name} {_brief(old)} -> {_brief(new)}" for name, (old, new) in found.items()]
    more = f" and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else ""
    return ", ".join(said[:MOST_SAID]) + more


def _brief(value: Any) -> str:
    """Return a value as text; of a long one, such as a checksum, the beginning."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _same(one: Any, other: Any) -> bool:
    """Return whether two fingerprints of an architecture agree, up to the rounding of their numbers."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= SAME * max(1.0, abs(one))
    return one == other
