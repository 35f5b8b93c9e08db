"""check tasks and architectures against their contracts, and look for leaks in the data"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from suite.architectures import checks as architectural
from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.commands import add_json
from suite.errors import UnavailableError
from suite.experiment.loading import load_experiment
from suite.process.standard_output import print_json
from suite.process.surroundings import before_work, repair, state
from suite.registry import E, Registry, look_up
from suite.tasks import checks
from suite.tasks.sheet import Sheet
from suite.tasks.task import TASKS, Task
from suite.tasks.task_budget import without_budget
from suite.text import printable

Entry = Task | Architecture


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = "what to check; for an experiment file, everything that it declares or names"
    parser.add_argument("target", metavar="TASK|ARCHITECTURE|FILE", help=what)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print the rules that each task or architecture breaks.

    Return 1 if a rule is broken or the data of a task are unavailable.
    """
    reports = []
    for entry in named(chosen.target):
        before = state()
        reports.append(report(entry))
        repair(before_work(before))  # what it changed must not change the next report
        if not chosen.json:
            print("\n".join(map(printable, lines(reports[-1]))), flush=True)
    if chosen.json:
        print_json(reports)
    return int(not all(one["passes"] for one in reports))


def report(entry: Entry) -> dict[str, Any]:
    """Check a task or an architecture, and return a report: its name, its kind, whether it passes, and the findings.

    The report of a task also has its data sheet.
    """
    is_task = isinstance(entry, Task)
    found: dict[str, Any] = {"name": entry.name, "what": "task" if is_task else "architecture"}
    try:
        if isinstance(entry, Task):
            findings, sheet = checks.examine(entry)
            found["sheet"] = sheet.plain()
        else:
            findings = architectural.check_architecture(entry)
    except UnavailableError as error:
        return found | {"passes": False, "rules": 0, "findings": [], "unavailable": str(error)}
    rules = len(checks.RULES if is_task else architectural.RULES)
    return found | {"passes": not findings, "rules": rules, "findings": [*map(str, findings)], "unavailable": None}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a report: the facts of the data sheet, then the findings, or one line if there is none."""
    for line in Sheet(found.get("sheet", {}).get("facts", {})).lines():
        yield f"{found['name']}: {line}"
    if found["unavailable"]:
        yield f"{found['name']}: not checked: {found['unavailable']}"
    elif found["passes"]:
        yield f"{found['name']}: passes all {found['rules']} rules"
    for finding in found["findings"]:
        yield f"{found['name']}: {finding}"


def named(target: str) -> list[Entry]:
    """Return the task or architecture with this name, or all those that an experiment file declares or names.

    Built-in architectures that a file names are left out, because the suite's own tests check them. Raise RequestError,
    with the closest name, if the name is unknown.
    """
    path = Path(target)
    if path.suffix == ".py" or path.is_file():
        return _of_file(path)
    return [look_up(target, TASKS, ARCHITECTURES)]


def _of_file(path: Path) -> list[Entry]:
    experiment = load_experiment(path)
    tasks = _named_or_declared(TASKS, map(without_budget, experiment.tasks), path)
    architectures = _named_or_declared(ARCHITECTURES, experiment.architectures, path)
    return [*tasks, *(entry for entry in architectures if ARCHITECTURES.origin(entry) != "suite")]


def _named_or_declared(registry: Registry[E], names: Iterable[str], path: Path) -> list[E]:
    declared = [entry.name for entry in registry.entries() if entry.place.startswith(f"{path.resolve()}:")]
    return [registry.get(name) for name in dict.fromkeys([*names, *declared])]
