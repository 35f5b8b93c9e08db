"""Verify: repeat stored runs, and report whether and by how much their numbers differ."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from suite.errors import RequestError
from suite.experiment.experiment import COUNTS, Experiment
from suite.experiment.loading import load_experiment
from suite.experiment.run import Cell, Run
from suite.files.strict_json import finite
from suite.results.agreement import DEVICE, disagreement, in_words
from suite.results.folders import experiment_of
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.store import Store
from suite.seeds import derive_seed
from suite.training.train import train

SETTINGS = ("trials", "epochs", "seeds", "threads")
# Claims are left out: they judge runs but do not change them.
REBUILT = tuple(field.name for field in fields(Experiment) if field.name != "claims")


@dataclass(frozen=True)
class Check:
    """A repeated run: `differs`: field -> largest relative difference; `explained_by`: fact -> (stored, here)."""

    id: str
    differs: dict[str, float]
    explained_by: dict[str, tuple[Any, Any]]
    error: str | None = None

    @property
    def unexplained(self) -> bool:
        """Whether the numbers differ although the versions and the device are the same."""
        return bool(self.differs) and not self.explained_by

    def __str__(self) -> str:
        if not self.differs:
            return f"{self.id}: equal"
        what = self.error or in_words(self.differs)
        names = [f"{name} {old} there, {new} here" for name, (old, new) in self.explained_by.items()]
        return f"{self.id}: differs: {what} (largest relative difference); " + (
            ", ".join(names) or "the same versions and the same device"
        )


def verify(store: Store, runs: int, file: str | None = None) -> Iterator[Check]:
    """Repeat up to `runs` successful runs of a folder in this process, and yield a comparison of each; write nothing.

    `file`: the experiment file, which is needed if it declares tasks or architectures of its own. Raise RequestError
    if the folder contains no successful run, if the experiment cannot be rebuilt, or if its runs would have other
    settings today.
    """
    chosen = choose([record for record in store.records() if record.ok], runs)
    if not chosen:
        raise RequestError(f"'{store.root}' contains no successful run to verify")
    experiment = original(store, file)
    again = [as_run(experiment, record, store) for record in chosen]
    for record, run in zip(chosen, again, strict=True):
        yield check(record, repeated(run, store))


def repeated(run: Run, store: Store) -> Record:
    """Train a run again, in this process, and return its record as it would be read from its file."""
    return Record.from_json(finite(train(run).record.to_json()), store.path(run.id))


def choose(records: list[Record], count: int) -> list[Record]:
    """Return up to `count` records, the same every time, that cover all roles first, then cells, then tasks."""
    left = sorted(records, key=lambda record: derive_seed("verify", record.id))
    seen: Counter[tuple[str, ...]] = Counter()
    chosen = []
    while left and len(chosen) < count:
        record = min(left, key=lambda record: [seen[group] for group in _groups(record)])
        left.remove(record)
        seen.update(_groups(record))
        chosen.append(record)
    return chosen


def _groups(record: Record) -> list[tuple[str, ...]]:
    return [
        ("role", record.role),
        ("cell", record.task, record.architecture),
        ("task", record.task),
        ("architecture", record.architecture),
    ]


def original(store: Store, file: str | None) -> Experiment:
    """Return the experiment of a results folder, from its file or, without a file, from experiment.json.

    The file that experiment.json names is never run, because the folder may come from anybody. Raise RequestError if
    the experiment needs tasks or architectures that only its file declares.
    """
    content = experiment_of(store)
    if file:
        sizes = {name: getattr(content, name) for name in SETTINGS if name != "trials" or not content.looks}
        return load_experiment(file).changed(**sizes)
    try:
        known = {name: getattr(content, name) for name in REBUILT}
        # a count of 0 is unknown, as `best_of` is in a folder made before there was one
        unknown = {name for name, value in known.items() if value is None or (name in COUNTS and value == 0)}
        return Experiment(**{name: value for name, value in known.items() if name not in unknown})
    except RequestError as error:
        raise RequestError(
            f"{error}; tasks and architectures of its own are declared only in its file: name it with --file FILE"
        ) from error


def as_run(experiment: Experiment, record: Record, store: Store) -> Run:
    """Return the run that a record stores; raise RequestError if the experiment defines this run differently today."""
    cells: dict[str, Cell] = {cell.name: cell for cell in experiment.cells}
    cell = cells.get(f"{record.task}/{record.architecture}")
    if cell is None:
        raise RequestError(f"'{store.root}' holds {record.id}, a cell that is no longer in its experiment file")
    spec = record.spec
    values, checksum = dict(spec.get("hyperparameters") or {}), (spec.get("data") or {}).get("checksum")
    run = experiment.run(cell, record.role, record.index, values, checksum)
    if changed := differences(spec, run.spec):
        raise RequestError(
            f"'{store.root}' holds {record.id}, made with settings that have changed since: {changes(changed)}"
        )
    return run


def check(stored: Record, made: Record) -> Check:
    """Compare the stored record of a run with the record of its repetition here."""
    names = sorted({*stored.versions, *made.versions})
    versions = differences(of(stored.versions, names), of(made.versions, names))
    device = differences(of(stored.machine, DEVICE), of(made.machine, DEVICE))
    return Check(stored.id, disagreement(stored, made), versions | device, made.error)


def of(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return name -> fact for these names; the value is None if the fact is unknown."""
    return {name: facts.get(name) for name in names}
