"""Errors: exceptions whose messages are for users, checks that raise them, and suggestions of close names."""

import difflib
import functools
import inspect
import math
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

SUITE = Path(__file__).parent
LONGEST = 300  # the most characters of a message: a longer one lacks its middle
MOST_NAMES = 10
LONGEST_NAME = 40
DEEP_PATH = re.compile(r"'(?:/[^'/]+)+((?:/[^'/]+){3})'")

C = TypeVar("C", bound=Callable[..., Any])


def shortened(message: str) -> str:
    """Return a message of at most `LONGEST` characters.

    Of a longer one, the first folders of deep paths are left out, and then, if that is not enough, its middle.
    """
    if len(message) > LONGEST:
        message = DEEP_PATH.sub(r"'…\1'", message)
    half = (LONGEST - 3) // 2
    return message if len(message) <= LONGEST else f"{message[:half]} … {message[-half:]}"


class RequestError(Exception):
    """The user made a wrong request. The message is one line: what is wrong, where, and what to do. Exit status: 2.

    It has at most `LONGEST` characters; of a longer one the middle is left out, because it names the fault at its
    beginning and the way out at its end.
    """

    def __str__(self) -> str:
        return shortened(super().__str__())

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows: the message alone, as on the command line."""
        return [f"{type(self).__name__}: {self}"]


class ThreadsError(RequestError):
    """TensorFlow already runs in this process with another number of threads."""


class FoldError(RequestError):
    """A task lacks the requested test split, or its data do not allow so many folds."""


class MetricError(RequestError):
    """A metric fails, returns no number, or is undefined for the data of a task that it scores."""


class UnreadableError(Exception):
    """A stored file cannot be read, is truncated, or is not what its name says."""


class UnavailableError(RequestError):
    """Data cannot be obtained: no file and no network, a folder that is not writable, or wrong content."""


class UnwritableError(RequestError, OSError):
    """A file cannot be written, for example because the disk is full, read-only or gone."""


class EndingError(Exception):
    """Code of a user tried to end the process, which other runs need."""


class DivergedError(Exception):
    """The training loss is no longer finite."""


class OvertimeError(Exception):
    """Training took longer than the experiment allows."""


def message(error: BaseException) -> str:
    """Return the message of an error, which may be of user code; it may have none."""
    try:
        return str(error).encode("utf-8", "replace").decode("utf-8")
    except Exception as fault:
        return f"its message cannot be read ({type(fault).__name__})"


def reason(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its type if it has no message."""
    return (message(error).strip() or type(error).__name__).splitlines()[0]


def closest(name: str, names: Iterable[str]) -> str:
    """Return a suggestion: the existing name closest to `name`, or a list of the names if none is close."""
    names = sorted(names)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean '{_cut(near[0], LONGEST // 2)}'?"
    return f"available: {names_of(names) or 'none'}"


def names_of(names: Iterable[str]) -> str:
    """Return a list of names as text: the first `MOST_NAMES`, each cut to `LONGEST_NAME` characters, and how many more.

    A name may be the content of a file, such as a header without separators.
    """
    names = list(names)
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(_cut(name, LONGEST_NAME) for name in names[:MOST_NAMES]) + more


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def closest_keyword(called: C) -> C:
    """Decorate a public function or class so that a call with wrong arguments raises RequestError.

    For an unknown keyword, the message names the closest keyword that exists.
    """
    if isinstance(called, type):
        called.__init__ = closest_keyword(called.__init__)
        return called
    name = f"{called.__qualname__}".removesuffix(".__init__")  # ty: ignore[missing-attribute]  # a function has one
    signature = inspect.signature(called)

    @functools.wraps(called)
    def checked(*arguments: Any, **keywords: Any) -> Any:
        check_keywords(name, keywords, _names(signature))
        try:
            signature.bind(*arguments, **keywords)
        except TypeError as error:
            raise RequestError(f"{name}: {error}") from None
        return called(*arguments, **keywords)

    return checked  # ty: ignore[invalid-explicit-return]  # `wraps` keeps the signature


def _names(signature: inspect.Signature) -> Iterator[str]:
    """Yield all keywords of a signature, including those of an unpacked TypedDict."""
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            yield from typing.get_args(parameter.annotation)[0].__annotations__
        else:
            yield name


def check_keywords(call: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise RequestError for the first given keyword that is not known, and name the closest known one."""
    known = [name for name in known if name != "self"]
    for name in given:
        if name not in known:
            raise RequestError(f"{call} takes no '{name}': {closest(name, known)}")


def check_at_least(option: str, value: Any, least: int, most: int | None = None) -> None:
    """Raise RequestError unless `value` is an integer of at least `least`, and of at most `most` if that is given."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise RequestError(f"{option} must be a whole number of at least {least}, not {value!r:.50}")
    if most is not None and value > most:
        raise RequestError(f"{option} must be at most {most:,}, not {_written(value)}")


def _written(number: int) -> str:
    """Return a whole number as text; of a huge one, only that it is huge, because writing it out may be impossible."""
    return f"{number:,}" if number < 10**15 else "a number of more than 15 digits"


def is_number(value: Any) -> bool:
    """Return whether `value` is a finite number. A boolean does not count as a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def one_of(option: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise RequestError unless `value` is one of the choices."""
    if value not in choices:
        raise RequestError(f"{option}={value!r}: {closest(str(value), choices)}")


LONGEST_TITLE = 60
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_name(noun: str, name: str, place: str) -> None:
    """Raise RequestError unless `name` can name a folder.

    It may contain letters, digits, dots, dashes and underscores, and begins with a letter or digit.
    """
    if not SAFE_NAME.fullmatch(name):
        raise RequestError(
            f"{noun} name {name!r} ({place}): use letters, digits, '-', '_' and '.', beginning with a letter or digit"
        )


def check_title(title: Any, where: str, field: str = "title") -> None:
    """Raise RequestError unless the title in a field is text on one short line; an empty one is the default."""
    if not isinstance(title, str) or len(title) > LONGEST_TITLE or not title.isprintable():
        raise RequestError(f"{where}: {field}={title!r:.60} must be one line of at most {LONGEST_TITLE} characters")
