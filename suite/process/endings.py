"""Endings: code of users neither ends the process nor interrupts the command; only a person interrupts it."""

import dis
from collections.abc import Callable
from typing import Any

from suite.errors import EndingError

RAISE = dis.opmap["RAISE_VARARGS"]


def without_exit(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Return the result of a user's function; raise EndingError for what it raises to end the process."""
    try:
        return function(*arguments, **keywords)
    except Exception:
        raise
    except SystemExit as error:
        raise EndingError(f"it called sys.exit({error.code!r:.50})") from error
    except BaseException as error:
        if is_by_a_person(error):
            raise
        raise EndingError(f"it raised {type(error).__name__:.50}") from error


def is_by_a_person(error: BaseException) -> bool:
    """Return whether an error is the interruption of this process by a signal, which no line of Python raised."""
    innermost = error.__traceback__
    while innermost and innermost.tb_next:
        innermost = innermost.tb_next
    raised = innermost and innermost.tb_frame.f_code.co_code[innermost.tb_lasti] == RAISE
    return isinstance(error, KeyboardInterrupt) and not raised
