"""Merging: joins results folders of one experiment from several machines, without overwriting anything."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from suite.errors import RequestError, UnreadableError
from suite.files.reading import read_own
from suite.files.writing import write_atomically, write_json
from suite.results.agreement import disagreement, gaps, in_words
from suite.results.experiment_info import ExperimentInfo
from suite.results.folders import experiment_of
from suite.results.lock import Lock
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.statuses import DETERMINED
from suite.results.store import Store
from suite.results.task_info import TaskInfo

# These fields do not affect the numbers: where an experiment ran, its description, the time limit of a run. Trials
# and seeds matter: more trials may find another winner, and claims are fixed together with the number of seeds.
# Every machine grants trials to the tasks that it runs.
PROVENANCE = ("versions", "machine", "file", "description", "run_timeout", "claims_fixed.before", "granted")
# Every machine fits the baselines itself, with libraries that may round differently.
ROUNDING = 1e-6
# These fields of task.json describe the data of only one seed, namely the last one that was described.
OF_ONE_SEED = ("baselines", "examples", "sizes", "signature")

Held = list[tuple[Store, Record]]


@dataclass
class Merged:
    """The outcome of a merge: the number of runs in all folders, the number copied, and one line per problem."""

    runs: int = 0
    copied: int = 0
    conflicts: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def merge(sources: list[Store], into: Store) -> Merged:
    """Copy into `into` every run of the sources that it lacks; equal records count once.

    Different numbers for the same run are a conflict: `into` keeps its own record, or stays without one. A run whose
    status may be the machine's fault is replaced by one whose status its spec determines. Raise RequestError if the
    folders contain different experiments, or if another command writes to `into`.
    """
    stores = [into, *sources] if into.experiment() else sources
    experiments = [experiment_of(store) for store in stores]
    check_one_experiment(stores, experiments)
    merged = Merged(unreadable=[fault for store in stores for fault in (store.closed() | store.unreadable()).values()])
    into.create()
    with Lock(into.root):
        experiment = joined(stores[0], experiments, into)
        if experiment != into.experiment():
            write_json(into.path("experiment"), experiment.to_json())
        for run_id, held in sorted(found(stores).items()):
            merged.runs += 1
            _merge_run(run_id, held, into, merged)
        for name in sorted({path.parent.name for store in stores for path in store.task_paths()}):
            _merge_task(name, stores, into, merged)
            _merge_items(name, stores, into, merged)
    return merged


def check_one_experiment(stores: Sequence[Store], experiments: Sequence[ExperimentInfo]) -> None:
    """Raise RequestError with folders and fields unless all folders contain the same resolved experiment."""
    first = experiments[0].to_json()
    for store, other in zip(stores[1:], experiments[1:], strict=True):
        found = differences(first, other.to_json())
        found = {name: pair for name, pair in found.items() if not name.startswith(PROVENANCE)}
        if found:
            raise RequestError(f"'{stores[0].root}' and '{store.root}' hold different experiments: {changes(found)}")


def joined(first: Store, experiments: Sequence[ExperimentInfo], into: Store) -> ExperimentInfo:
    """Return the first folder's experiment, with its file relative to `into`.

    It has the earlier claim hashes of all folders, and the most trials that any of them granted.
    """
    experiment = experiments[0]
    if experiment.file:
        experiment = replace(experiment, file=into.relative(os.path.normpath(first.root / experiment.file)))
    if experiment.claims_fixed:
        earlier = [hashed for each in experiments for hashed in each.claims_fixed.get("before") or []]
        claims = {**experiment.claims_fixed, "before": list(dict.fromkeys(earlier))}
        experiment = replace(experiment, claims_fixed=claims)
    granted: dict[str, int] = {}
    for each in experiments:
        granted |= {task: max(trials, granted.get(task, 0)) for task, trials in each.granted.items()}
    return replace(experiment, granted=granted)


def found(stores: Sequence[Store]) -> dict[str, Held]:
    """Return run id -> list of (store, record), for every readable run, in the order of the stores."""
    runs: dict[str, Held] = {}
    for store in stores:
        for record in store.records():
            runs.setdefault(record.id, []).append((store, record))
    return runs


def _merge_run(run_id: str, held: Held, into: Store, merged: Merged) -> None:
    lasting = [pair for pair in held if pair[1].status in DETERMINED] or held[:1]
    faults = [fault for one, other in combinations(lasting, 2) if (fault := _conflict(one, other))]
    own = next((record for store, record in held if store is into), None)
    if faults:
        merged.conflicts.append(f"{run_id}: {faults[0]}; {'left as it was' if own else 'left out'} in '{into.root}'")
        return
    unreadable_there = own is None and into.holds(into.path(run_id))
    if unreadable_there or any(store is into for store, _ in lasting):
        return
    source = max((store for store, _ in lasting), key=lambda store: store.path(run_id, ".npz").exists())
    try:
        into.adopt(source, run_id, "attempt")
    except UnreadableError as error:
        merged.unreadable.append(str(error))
    else:
        merged.copied += 1


def _conflict(one: tuple[Store, Record], other: tuple[Store, Record]) -> str:
    """Describe how two folders disagree about a run; return "" if they agree."""
    (first, stored), (second, read) = one, other
    what = ", ".join(f"spec.{name}" for name in differences(stored.spec, read.spec))
    what = what or in_words(disagreement(stored, read))
    return what and f"'{first.root}' and '{second.root}' differ: {what}"


def _merge_task(name: str, stores: Sequence[Store], into: Store, merged: Merged) -> None:
    """Join the baselines in a task.json by seed; if two folders contradict each other, keep the first value."""
    described = list(_descriptions(name, stores))
    path = into.root / name / "task.json"
    if not described or (path.exists() and described[0][0] is not into):
        return
    first = described[0][1]
    baselines = dict(first.baselines)
    for store, task in described[1:]:
        other = [field for field in differences(first.to_json(), task.to_json()) if not field.startswith(OF_ONE_SEED)]
        if other:
            merged.conflicts.append(f"{name}/task.json: '{store.root}' describes another task: {', '.join(other)}")
            continue
        for seed, baseline in task.baselines.items():
            known = baselines.setdefault(seed, baseline)
            found = gaps(known, baseline, f"baselines.{seed}")
            large = {where: gap for where, gap in found.items() if gap > ROUNDING and not where.endswith(".seconds")}
            if large:
                what = (
                    f"{name}/task.json: '{store.root}' differs: {in_words(large)}; the first folder's values are used"
                )
                merged.conflicts.append(what)
    if not path.exists() or baselines != first.baselines:
        write_json(path, replace(first, baselines=baselines).to_json())


def _merge_items(name: str, stores: Sequence[Store], into: Store, merged: Merged) -> None:
    """Copy what is known of a task's test targets; the first folder that has a file for some data counts."""
    for path in (path for store in stores for path in sorted(store.root.glob(f"{name}/items-*.npz"))):
        target = into.root / name / path.name
        if not target.exists():
            try:
                write_atomically(target, read_own(path, path.parent.parent))
            except UnreadableError as error:
                merged.unreadable.append(str(error))


def _descriptions(name: str, stores: Sequence[Store]) -> Iterator[tuple[Store, TaskInfo]]:
    for store in stores:
        try:
            task = store.task(name)
        except UnreadableError:  # reported among the unreadable files
            continue
        if task:
            yield store, task
