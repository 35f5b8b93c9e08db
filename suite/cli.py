"""Command line: parse the arguments, run a command, and turn errors into one line and an exit status."""

import argparse
import contextlib
import importlib
import io
import os
import pkgutil
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, NoReturn

from suite import commands
from suite.errors import RequestError, UnreadableError, reason
from suite.process import current_folder, standard_output

INTERRUPTED = 130
STANDARD_OUTPUT = 1  # the number of its descriptor
FAULT = "this is a fault of the suite, or of an installed package"
TRACEBACK = "SUITE_TRACEBACK"  # the environment variable with which errors that nobody expected are shown whole


class Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line, without the usage text, and accepts no abbreviated options."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Raise RequestError, so that `main` prints the message."""
        raise RequestError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    The status is 2 for a wrong request or an unreadable file, and 130 if the command was interrupted. Otherwise the
    command decides: 0, or 1 if, for example, a run failed.
    """
    return answered(lambda: _execute(arguments))


def _execute(arguments: Sequence[str] | None) -> int:
    os.environ.pop("MPLBACKEND", None)  # no command opens a window, and a name that does not exist ends an import
    current_folder.ignore_settings()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal's encoding lacks must not end a command
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser(*words[:1]).parse_args(words)
    with standard_output.alone() if getattr(chosen, "json", False) else contextlib.nullcontext():
        return chosen.execute(chosen)


def answered(command: Callable[[], int]) -> int:
    """Carry out a command, and return its exit status; print errors and interruptions in one line."""
    try:
        status = command()
        if sys.stdout:  # it is None where standard output is closed
            sys.stdout.flush()
        return status
    except (RequestError, UnreadableError) as error:
        commands.warn([str(error)])
        return 2
    except KeyboardInterrupt:
        commands.warn(["interrupted; all finished runs are stored: run the same command to continue"])
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        _drop_output()
        commands.warn([f"'{error.filename}': {error.strerror}" if error.filename else f"{error.strerror or error}"])
        return 2
    except Exception as error:  # a fault of the suite's own is one line, too
        if os.environ.get(TRACEBACK):
            raise
        commands.warn([unexpected(error)])
        return 2


def unexpected(error: Exception) -> str:
    """Return what to say of an error that no command foresees."""
    if isinstance(error, MemoryError):
        return "there is not enough memory: give the process more, or a smaller task"
    if isinstance(error, RecursionError):
        return "a path has too many levels, or some code calls itself without end"
    if sys.stdout and sys.stdout.closed:
        return "standard output was closed by the experiment file, or by a task or an architecture"
    return f"{FAULT}: {type(error).__name__}: {reason(error)} ({place(error)}); {TRACEBACK}=1 shows more"


def _drop_output() -> None:
    """Send what is still to be printed nowhere, because Python would complain at its end if it could not be."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stdout and sys.stdout.fileno() == STANDARD_OUTPUT:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, STANDARD_OUTPUT)
            os.close(nowhere)


def place(error: BaseException) -> str:
    """Return the file and the line at which an error was raised."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


def parser(first: str = "") -> Parser:
    """Return the parser of the whole command line, or of one command if its name is the first word.

    Each module of `suite.commands` is a command. To import them all takes longer than many a command.
    """
    top = Parser(prog="suite", description="Compare recurrent architectures on sequence tasks, fairly.")
    top.add_argument("--version", action="version", version=f"suite {version('sequence-suite')}")
    one_of = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    names = [found.name for found in pkgutil.iter_modules(commands.__path__)]
    for name in [first] if first in names else names:
        module = importlib.import_module(f"{commands.__name__}.{name}")
        one = one_of.add_parser(name, help=module.__doc__, description=module.__doc__)
        one.set_defaults(execute=module.execute)
        module.add(one)
    return top
