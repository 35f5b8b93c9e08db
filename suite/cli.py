"""Command line: parse the arguments, run a command, and turn errors into one line and an exit status."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NoReturn

from suite import commands
from suite.errors import RequestError, UnreadableError

INTERRUPTED = 130


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
    try:
        chosen = parser().parse_args(arguments)
        return chosen.execute(chosen)
    except (RequestError, UnreadableError) as error:
        commands.warn([str(error)])
        return 2
    except KeyboardInterrupt:
        commands.warn(["interrupted; all finished runs are stored: run the same command to continue"])
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def parser() -> Parser:
    """Return the parser of the whole command line. Each module of `suite.commands` is a command."""
    top = Parser(prog="suite", description="Compare recurrent architectures on sequence tasks, fairly.")
    top.add_argument("--version", action="version", version=f"suite {version('sequence-suite')}")
    one_of = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"{commands.__name__}.{found.name}")
        one = one_of.add_parser(found.name, help=module.__doc__, description=module.__doc__)
        one.set_defaults(execute=module.execute)
        module.add(one)
    return top
