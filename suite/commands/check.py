"""holds tasks and architectures to their contracts and looks for leaks in the data"""

import argparse
import difflib
from pathlib import Path

from suite.architectures import checks as architectural
from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.errors import UnavailableError
from suite.experiment.loading import load_experiment
from suite.registry import Registry
from suite.tasks import checks
from suite.tasks.task import TASKS, Task


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "target", metavar="TASK|ARCHITECTURE|FILE", help="or all that an experiment file declares or names"
    )


def execute(chosen: argparse.Namespace) -> int:
    """Prints the rules that each task or architecture breaks; 1 when there are any, or data cannot be had."""
    failed = False
    for entry in named(chosen.target):
        found, passed = report(entry)
        print(found, flush=True)
        failed |= not passed
    return int(failed)


def report(entry: Task | Architecture) -> tuple[str, bool]:
    """What was found in a task or an architecture, a line a finding, and whether it passes.

    Data that cannot be had are a line too.
    """
    try:
        findings = checks.check(entry) if isinstance(entry, Task) else architectural.check_architecture(entry)
    except UnavailableError as error:
        return f"{entry.name}: not checked: {error}", False
    lines = [f"{entry.name}: {finding}" for finding in findings]
    rules = (checks if isinstance(entry, Task) else architectural).RULES
    return "\n".join(lines) or f"{entry.name}: passes all {len(rules)} rules", not findings


def named(target: str) -> list[Task | Architecture]:
    """The task or architecture of this name, or all that an experiment file declares or names.

    Of the architectures that a file names, built-in ones are left out: the suite's own tests check these. Raises
    RequestError for what is nothing of the kind, with the closest name.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_file():
        return _of_file(path)
    names = ARCHITECTURES.names()
    near = difflib.get_close_matches(target, [*TASKS.names(), *names], n=1, cutoff=0.5)
    return [(ARCHITECTURES if set(near) <= set(names) and near else TASKS).get(target)]


def _of_file(path: Path) -> list[Task | Architecture]:
    experiment = load_experiment(path)
    tasks, architectures = (
        [registry.get(name) for name in dict.fromkeys((*used, *_declared(registry, path)))]
        for registry, used in ((TASKS, experiment.tasks), (ARCHITECTURES, experiment.architectures))
    )
    return [*tasks, *(entry for entry in architectures if ARCHITECTURES.origin(entry) != "suite")]


def _declared(registry: Registry, path: Path) -> list[str]:
    """The names of the entries that a file declares."""
    entries = [registry.get(name) for name in registry.names()]
    return [entry.name for entry in entries if entry.place.startswith(f"{path.resolve()}:")]
