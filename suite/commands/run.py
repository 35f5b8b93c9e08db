"""run or continue an experiment, then write its report"""

import argparse
import signal
from contextlib import nullcontext
from dataclasses import fields

from suite.commands import add_json, show
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.experiment.loading import load_experiment
from suite.process import standard_output
from suite.process.standard_output import print_json
from suite.results.status import any_failed, lines, status
from suite.results.store import Store
from suite.runner.events import STANDARD_OUTPUT, Events
from suite.runner.options import RunOptions
from suite.text import printable

COUNTS = ("trials", "epochs", "seeds", "threads")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = "the experiment file, or the name of a study that comes with the suite, such as quick"
    parser.add_argument("file", metavar="FILE", help=what)
    parser.add_argument(
        "--results", metavar="DIR", default="results", help="the folder that holds all results (default: results)"
    )
    parser.add_argument("--tasks", metavar="A,B", type=names, help="run only these tasks of the experiment")
    parser.add_argument("--architectures", metavar="X,Y", type=names, help="run only these architectures")
    for option in COUNTS:
        parser.add_argument(f"--{option}", metavar="N", type=int, help=f"override the experiment's {option}")
    parser.add_argument(
        "--workers",
        metavar="N",
        type=int,
        help="number of worker processes; 0: train in this process (default: one per core)",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="train on the workers of this Dask scheduler instead")
    parser.add_argument(
        "--redo",
        nargs="?",
        const="stale",
        choices=("stale", "failed"),
        metavar="failed",
        help="set aside stale records (made with other settings) and run them again; 'failed': try failed runs again",
    )
    parser.add_argument(
        "--hours",
        metavar="H",
        type=float,
        help="spend at most H hours; the cells (each a task with an architecture) take turns",
    )
    parser.add_argument("--reuse", metavar="DIR", help="reuse runs with identical settings from another results folder")
    parser.add_argument(
        "--until-decided",
        action="store_true",
        help="check the verdicts after planned numbers of trials, and run more trials only for tasks with undecided "
        "comparisons",
    )
    parser.add_argument(
        "--at-most-trials",
        metavar="N",
        type=int,
        help="with --until-decided: make at most N trials per cell (default: 4 times as many as at the first look)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="train every cell for one epoch, print an estimate, and stop"
    )
    parser.add_argument("--no-report", action="store_true", help="do not write the report")
    add_json(parser)
    parser.add_argument("--json-lines", metavar="FILE", help="append one event per line to FILE ('-': standard output)")


def names(text: str) -> list[str]:
    """Split a comma-separated list of names. Raise ArgumentTypeError if it is empty."""
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError("name at least one, separated by commas")
    return found


def foretell(experiment: Experiment, chosen: argparse.Namespace, options: RunOptions) -> int:
    """Print the time, memory and disk space that the experiment will take. Return 1 if a cell cannot be trained."""
    from suite.runner import estimate
    from suite.runner.dry_run import dry_run
    from suite.runner.engines.engine import complain

    if chosen.json_lines:
        raise RequestError("--dry-run writes no events: leave --json-lines out")
    found = dry_run(experiment, chosen.results, options, say=complain)
    show(chosen, found.plain(), estimate.lines(found, options.hours))
    return int(any(cell.problem for cell in found.cells))


def execute(chosen: argparse.Namespace) -> int:
    """Carry out all missing runs, then write the report. Return 1 if any run failed, now or earlier."""
    if chosen.json and chosen.json_lines == STANDARD_OUTPUT:
        raise RequestError("--json and --json-lines - both write to standard output: give --json-lines a file")
    with standard_output.alone() if chosen.json_lines == STANDARD_OUTPUT else nullcontext():
        return _execute(chosen)


def _execute(chosen: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    experiment = load_experiment(chosen.file).changed(**{option: getattr(chosen, option) for option in COUNTS})
    options = RunOptions(**{field.name: getattr(chosen, field.name) for field in fields(RunOptions)})
    if chosen.dry_run:
        return foretell(experiment, chosen, options)
    from suite.runner.progress import Progress
    from suite.runner.runner import execute as execute_experiment

    progress = Progress(quiet=chosen.json, events=Events(chosen.json_lines))
    return conclude(execute_experiment(experiment, chosen.results, options, progress), chosen)


def conclude(store: Store, chosen: argparse.Namespace) -> int:
    """Write the report, and print a summary of the results folder. Return 1 if it contains a failed run."""
    found = status(store)
    page, brief = None, []
    if not chosen.no_report:
        from suite.report import publish

        page, brief = publish(store.root)
    if chosen.json:
        print_json(found | {"report": page and str(page)})
    else:
        last = f"report: {page}" if page else f"records: {store.root}"
        print("\n".join(map(printable, [*lines(found), "", *brief, last])))
    return 1 if any_failed(found) else 0
