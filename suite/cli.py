"""Command line: commands, arguments, exit statuses; imports its rooms late."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from suite.errors import RequestError, UnavailableError, UnreadableError, closest
from suite.status import any_failed, columns, lines, status
from suite.store import Store

INTERRUPTED = 130
COUNTS = ("trials", "epochs", "seeds", "threads")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage text; takes no abbreviations."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Turns a parse error into a wrong request."""
        raise RequestError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0, 1 (some run failed), 2 (wrong request), 130 (interrupted)."""
    try:
        chosen = parser().parse_args(arguments)
        return chosen.command(chosen)
    except (RequestError, UnreadableError) as error:
        print(f"suite: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("suite: interrupted; everything finished is stored, the same command continues", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def parser() -> Parser:
    """The whole command line."""
    top = Parser(prog="suite", description="Compares recurrent architectures on sequence tasks, fairly.")
    top.add_argument("--version", action="version", version=f"suite {version('sequence-suite')}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_list(commands)
    _add_run(commands)
    one = _add(commands, "status", status_command, "cells of a results folder: done, missing, failed, with the reasons")
    one.add_argument("directory", metavar="DIR", help="results/<experiment>")
    one.add_argument("--json", action="store_true", help="one JSON document on standard output")
    one = _add(commands, "report", report_command, "rebuilds the report of a results folder from its records alone")
    one.add_argument("directory", metavar="DIR", help="results/<experiment>")
    one = _add(commands, "fetch", fetch_command, "downloads and verifies the files of tasks ahead of time")
    one.add_argument("tasks", metavar="TASK", nargs="*", help="only of these tasks (default: all)")
    one = _add(commands, "check", check_command, "holds tasks to their contract and looks for leaks in their data")
    one.add_argument("target", metavar="TASK|FILE", help="a task, or all that an experiment file declares or names")
    return top


def _add(commands: Any, name: str, command: Callable[[argparse.Namespace], int], text: str) -> Parser:
    one = commands.add_parser(name, help=text, description=text)
    one.set_defaults(command=command)
    return one


def _add_list(commands: Any) -> None:
    one = _add(commands, "list", list_command, "registered tasks and architectures")
    one.add_argument("what", nargs="?", choices=("tasks", "architectures"), help="only these")
    one.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _add_run(commands: Any) -> None:
    one = _add(commands, "run", run_command, "runs or continues an experiment, then writes its report")
    one.add_argument("file", metavar="FILE", help="experiment file, such as experiments/quick.py")
    one.add_argument("--results", metavar="DIR", default="results", help="folder of all results (default: results)")
    one.add_argument("--tasks", metavar="A,B", type=names, help="only these tasks of the experiment")
    one.add_argument("--architectures", metavar="X,Y", type=names, help="only these architectures of the experiment")
    for option in COUNTS:
        one.add_argument(f"--{option}", metavar="N", type=int, help=f"instead of the experiment's {option}")
    one.add_argument("--workers", metavar="N", type=int, help="processes; 0: in this one (default: one a core)")
    one.add_argument(
        "--redo",
        nargs="?",
        const="stale",
        choices=("failed",),
        help="set records made with other settings aside and run them again; 'failed': try failed runs again",
    )
    one.add_argument("--no-report", action="store_true", help="write no report")
    one.add_argument("--json", action="store_true", help="one JSON document on standard output")


def names(text: str) -> list[str]:
    """A comma-separated list of at least one name."""
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError("name at least one, separated by commas")
    return found


def list_command(chosen: argparse.Namespace) -> int:
    """`suite list`: what is registered; broken plugins are lines on standard error."""
    from suite.architecture import ARCHITECTURES
    from suite.listing import architectures, tasks, tasks_in_words
    from suite.task import TASKS

    found = {
        "tasks": (tasks if chosen.json else tasks_in_words)() if chosen.what != "architectures" else [],
        "architectures": architectures() if chosen.what != "tasks" else [],
    }
    for plugin, why in (TASKS.broken | ARCHITECTURES.broken).items():
        print(f"suite: plugin {plugin} did not import: {why}", file=sys.stderr)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    for what, rows in found.items():
        if rows:
            print(
                "\n".join(columns([(what[:-1], *list(rows[0])[1:]), *(tuple(row.values()) for row in rows)])),
                end="\n\n",
            )
    return 0


def fetch_command(chosen: argparse.Namespace) -> int:
    """`suite fetch`: the files of the tasks named, or of all; 1 when some could not be had."""
    from suite.data import fetch
    from suite.task import TASKS

    entries = [TASKS.get(name) for name in chosen.tasks or TASKS.names()]
    data_sets = {entry.data_set: None for entry in entries if entry.data_set}
    failed = False
    for data_set in data_sets:
        try:
            print("\n".join(map(str, fetch(data_set))))
        except UnavailableError as error:
            print(f"suite: {error}", file=sys.stderr)
            failed = True
    if not data_sets:
        print("these tasks need no files")
    return 1 if failed else 0


def check_command(chosen: argparse.Namespace) -> int:
    """`suite check`: the rules that each task breaks; 1 when there are any, or its data cannot be had."""
    from suite.check import named, report

    failed = False
    for task in named(chosen.target):
        found, passed = report(task)
        print(found, flush=True)
        failed |= not passed
    return int(failed)


def run_command(chosen: argparse.Namespace) -> int:
    """`suite run`: every run that is missing, then the report; 1 when some run failed now or before."""
    from suite.experiment import load_experiment
    from suite.progress import Progress
    from suite.runner import run

    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    experiment = load_experiment(chosen.file).changed(**{option: getattr(chosen, option) for option in COUNTS})
    store = run(
        experiment,
        chosen.results,
        workers=chosen.workers,
        tasks=chosen.tasks,
        architectures=chosen.architectures,
        redo=chosen.redo,
        progress=Progress(quiet=chosen.json),
    )
    found = status(store)
    page = None if chosen.no_report else write_report(store.root)
    if chosen.json:
        print(json.dumps(found | {"report": page and str(page)}, indent=1))
    else:
        print("\n".join([*lines(found), f"report: {page}" if page else f"records: {store.root}"]))
    return 1 if any_failed(found) else 0


def status_command(chosen: argparse.Namespace) -> int:
    """`suite status`: counts and failures of every cell."""
    store = existing(chosen.directory)
    found = status(store)
    for fault in store.unreadable().values():
        print(f"suite: {fault}", file=sys.stderr)
    print(json.dumps(found, indent=1) if chosen.json else "\n".join(lines(found)))
    return 0


def report_command(chosen: argparse.Namespace) -> int:
    """`suite report`: the report from the records alone."""
    print(f"report: {write_report(existing(chosen.directory).root)}")
    return 0


def write_report(directory: Path) -> Path:
    """Writes the report of a results folder and returns its page."""
    from suite.report import write

    return write(directory)


def existing(directory: str) -> Store:
    """The store of a folder that is there; raises RequestError with the nearest folder beside it."""
    path = Path(directory)
    if not path.is_dir():
        beside = [str(folder) for folder in path.parent.glob("*/")] if path.parent.is_dir() else []
        raise RequestError(f"no results folder '{directory}': {closest(directory, beside)}")
    return Store(path)
