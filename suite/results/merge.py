"""Merging: joins results folders of one experiment that were made on several machines; nothing is overwritten."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations

from suite.errors import RequestError, UnreadableError
from suite.files import write_json
from suite.results.agreement import disagreement, gaps, in_words
from suite.results.experiment_info import ExperimentInfo
from suite.results.lock import Lock
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.statuses import DETERMINED
from suite.results.store import Store
from suite.results.task_info import TaskInfo

# Where an experiment ran, how it is described, and how long a run may take say nothing about its numbers. Trials and
# seeds do: more trials may find another winner, and claims are fixed together with the number of seeds.
PROVENANCE = ("versions", "machine", "file", "description", "run_timeout")
FORMER_CLAIMS = "claims_fixed.before"
# Baselines are fitted anew on every machine, whose libraries round differently.
ROUNDING = 1e-6
# What task.json tells of one seed's data, whichever was described last.
DRAWN = ("baselines", "examples", "sizes", "signature")


@dataclass
class Merged:
    """What a merge did: runs found in all folders together, those copied, and what is wrong, a line each."""

    runs: int = 0
    copied: int = 0
    conflicts: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def merge(sources: list[Store], into: Store) -> Merged:
    """Copies into `into` every run of the sources that it does not hold; equal records count once.

    A run with different numbers in two folders is a conflict: it stays as `into` has it, and is left out where `into`
    has none. A run whose failure its spec does not determine gives way to one that ended otherwise. Raises RequestError
    when the folders do not hold one experiment, or another command writes to `into`.
    """
    stores = [into, *sources] if into.experiment() else sources
    check_one_experiment(stores)
    merged = Merged(unreadable=[fault for store in stores for fault in store.unreadable().values()])
    into.create()
    with Lock(into.root):
        content = joined(stores, into)
        if content != into.experiment():
            write_json(into.root / "experiment.json", content.to_json())
        for run_id, held in sorted(found(stores).items()):
            merged.runs += 1
            _merge_run(run_id, held, into, merged)
        for name in sorted({path.parent.name for store in stores for path in store.root.glob("*/task.json")}):
            _merge_task(name, stores, into, merged)
    return merged


def check_one_experiment(stores: list[Store]) -> None:
    """Raises RequestError, naming folders and fields, unless all hold the same resolved experiment."""
    for store in stores:
        if store.experiment() is None:
            raise RequestError(f"'{store.root}' holds no experiment.json: name folders that `suite run` wrote")
    first = stores[0]
    for other in stores[1:]:
        changed = differences(*(store.experiment().to_json() for store in (first, other)))
        changed = {name: pair for name, pair in changed.items() if not name.startswith((*PROVENANCE, FORMER_CLAIMS))}
        if changed:
            raise RequestError(f"'{first.root}' and '{other.root}' hold different experiments: {changes(changed)}")


def joined(stores: list[Store], into: Store) -> ExperimentInfo:
    """The experiment of the first folder as seen from `into`, with all hashes that claims had before."""
    found, claims = stores[0].experiment(), [store.experiment().claims_fixed for store in stores]
    if found.file:
        found = replace(found, file=into.relative(os.path.normpath(stores[0].root / found.file)))
    if found.claims_fixed:
        earlier = [hashed for fixed in claims for hashed in fixed.get("before", [])]
        found = replace(found, claims_fixed=claims[0] | {"before": list(dict.fromkeys(earlier))})
    return found


def found(stores: list[Store]) -> dict[str, list[tuple[Store, Record]]]:
    """Every run that can be read by its id, with the folders that hold it, in their order."""
    runs: dict[str, list[tuple[Store, Record]]] = {}
    for store in stores:
        for record in store.records():
            runs.setdefault(record.id, []).append((store, record))
    return runs


def _merge_run(run_id: str, held: list[tuple[Store, Record]], into: Store, merged: Merged) -> None:
    lasting = [pair for pair in held if pair[1].status in DETERMINED] or held[:1]
    faults = [fault for one, other in combinations(lasting, 2) if (fault := _conflict(one, other))]
    own = next((record for store, record in held if store is into), None)
    if faults:
        merged.conflicts.append(f"{run_id}: {faults[0]}; {'kept as it was' if own else 'left out'} in '{into.root}'")
        return
    unreadable_there = own is None and into.path(run_id).exists()
    if unreadable_there or any(store is into for store, _ in lasting):
        return
    if own:
        into.set_aside(into.path(run_id), "attempt")
    source = max((store for store, _ in lasting), key=lambda store: store.path(run_id, ".npz").exists())
    into.adopt(source, run_id)
    merged.copied += 1


def _conflict(one: tuple[Store, Record], other: tuple[Store, Record]) -> str:
    """What two folders disagree in about a run, in words; empty when nothing."""
    (first, stored), (second, told) = one, other
    what = ", ".join(f"spec.{name}" for name in differences(stored.spec, told.spec))
    what = what or in_words(disagreement(stored, told))
    return what and f"'{first.root}' and '{second.root}' differ: {what}"


def _merge_task(name: str, stores: list[Store], into: Store, merged: Merged) -> None:
    """Joins the baselines of a task.json by seed; the first folder's value is kept where two contradict each other."""
    described = list(_descriptions(name, stores))
    path = into.root / name / "task.json"
    if not described or (path.exists() and described[0][0] is not into):
        return
    first = described[0][1]
    baselines = dict(first.baselines)
    for store, task in described[1:]:
        other = [field for field in differences(first.to_json(), task.to_json()) if not field.startswith(DRAWN)]
        if other:
            merged.conflicts.append(f"{name}/task.json: '{store.root}' describes another task: {', '.join(other)}")
            continue
        for seed, baseline in task.baselines.items():
            known = baselines.setdefault(seed, baseline)
            large = {where: gap for where, gap in gaps(known, baseline, f"baselines.{seed}") if gap > ROUNDING}
            if large:
                what = f"{name}/task.json: '{store.root}' differs: {in_words(large)}; the first is kept"
                merged.conflicts.append(what)
    if not path.exists() or baselines != first.baselines:
        write_json(path, replace(first, baselines=baselines).to_json())


def _descriptions(name: str, stores: list[Store]) -> Iterator[tuple[Store, TaskInfo]]:
    for store in stores:
        try:
            task = store.task(name)
        except UnreadableError:  # named among the unreadable
            continue
        if task:
            yield store, task
