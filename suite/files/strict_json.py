"""Strict JSON: refuse a document with what JSON lacks or no other code could handle, write none, and sum it up."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from typing import Any

import numpy as np


def parsed(text: str) -> Any:
    """Return the content of a JSON document.

    Raise ValueError if it is invalid, or holds what JSON lacks or no other code expects: NaN and infinities, integers
    of more than 64 bits, halves of characters, and more than `DEEPEST` levels.
    """
    content = (CAREFUL if _may_be_infinite(text) else USUAL).decode(text)
    if text.count("{") + text.count("[") > DEEPEST and _depth(content) > DEEPEST:
        raise ValueError(f"it has more than {DEEPEST} levels")
    if HALVES.search(text):
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    return content


def checksum(content: Any, digits: int = 16) -> str:
    """Return the first hexadecimal digits of the SHA-256 hash of a JSON value; the order of keys does not matter."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:digits]


def _no_number(text: str) -> Any:
    raise ValueError(f"'{text[:LONGEST_SHOWN]}' is not a number that JSON can store")


def _integer(text: str) -> int:
    if len(text) < SHORT:
        return int(text)
    return int(text) if len(text) < LONGEST_INTEGER and -(2**63) <= int(text) < 2**64 else _no_number(text)


def _real(text: str) -> float:
    return float(text) if math.isfinite(float(text)) else _no_number(text)


DEEPEST = 100
SHORT = 19  # characters of an integer; with fewer it fits into 64 bits
LONGEST_INTEGER, LONGEST_SHOWN = 30, 20  # characters
# cheap searches find documents that may hold infinite numbers; testing every number of all others would take too long
HUGE, LONG = re.compile(r"e\+?\d{3}"), 300
USUAL = json.JSONDecoder(parse_constant=_no_number, parse_int=_integer)
CAREFUL = json.JSONDecoder(parse_constant=_no_number, parse_int=_integer, parse_float=_real)
HALVES = re.compile(r"\\u[dD][89a-fA-F]")


def _may_be_infinite(text: str) -> bool:
    """Return whether some number may have an exponent of three digits, or hundreds of digits in a row."""
    return "E" in text or HUGE.search(text) is not None or max(map(len, text.split(","))) > LONG


def _depth(content: Any) -> int:
    """Return the number of levels of a JSON document; it is not recursive, because levels may be many."""
    level, depth = [content], 0
    while level:
        children = [
            list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))
        ]
        level, depth = list(chain.from_iterable(children)), depth + 1
    return depth


def encoded(content: Any) -> bytes:
    """Return the content of a JSON file as it is written. Numbers that are not finite become null."""
    return json.dumps(finite(content), indent=1, allow_nan=False, ensure_ascii=False).encode("utf-8")


def finite(value: Any) -> Any:
    """Convert a value to plain JSON.

    NumPy scalars and arrays become numbers and lists, NaN and infinities None, and members of string enums strings.
    """
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, StrEnum) else value
