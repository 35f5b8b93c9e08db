"""Specs: the fields in which two specs differ."""

from collections.abc import Mapping
from typing import Any

Changes = dict[str, tuple[Any, Any]]


def differences(stored: Mapping[str, Any], expected: Mapping[str, Any], prefix: str = "") -> Changes:
    """Return the fields in which two specs differ: dotted name -> (stored, expected)."""
    found: Changes = {}
    for key in sorted({*stored, *expected}):
        old, new = stored.get(key), expected.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found |= differences(old, new, f"{prefix}{key}.")
        elif old != new:
            found[f"{prefix}{key}"] = (old, new)
    return found


def changes(found: Mapping[str, tuple[Any, Any]]) -> str:
    """Describe what `differences` found, such as "budget.epochs 10 -> 20, seed 1 -> 2"."""
    return ", ".join(f"{name} {old!r} -> {new!r}" for name, (old, new) in found.items())
