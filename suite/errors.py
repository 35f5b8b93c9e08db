"""Errors meant for people, and the words that help them on."""

import difflib
import math
from collections.abc import Iterable
from typing import Any


class RequestError(Exception):
    """A wrong request: one line that says what is wrong, where, and what to do (exit status 2)."""


class ThreadsError(RequestError):
    """TensorFlow already computes in this process, with another number of threads."""


class UnreadableError(Exception):
    """A stored file that is truncated, or is not what its name says."""


class UnavailableError(RequestError):
    """Data that cannot be had: no file and no network, a folder that cannot be written, or the wrong content."""


class UnwritableError(RequestError, OSError):
    """A file that cannot be written: the disk is full, read-only, or gone."""


class DivergedError(Exception):
    """The loss of a training is not finite any more."""


class OvertimeError(Exception):
    """A training took longer than its experiment allows."""


def reason(error: BaseException) -> str:
    """The first line of what an error says, the name of its type where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def closest(name: str, names: Iterable[str]) -> str:
    """A phrase with the existing name nearest to `name`, or with all of them when none is near."""
    names = sorted(names)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names) or 'none'}"


def check_at_least(option: str, value: Any, least: int) -> None:
    """Raises RequestError unless `value` is a whole number not below `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise RequestError(f"{option} must be a whole number of at least {least}, not {value!r}")


def is_number(value: Any) -> bool:
    """Whether it is a finite number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def one_of(option: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raises RequestError unless `value` is one of the choices."""
    if value not in choices:
        raise RequestError(f"{option}={value!r}: {closest(str(value), choices)}")
