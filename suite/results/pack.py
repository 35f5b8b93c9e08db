"""Packing: stores the records of each cell in one file, and removes models and predictions that nobody needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite.errors import RequestError, UnreadableError
from suite.files.reading import read_json
from suite.files.writing import write_arrays, writing
from suite.results.lock import Lock
from suite.results.packed import PACK, write_packed
from suite.results.store import Store

ITEMS = "items"  # what every test example contributed to a score, which intervals on real data need


@dataclass
class Packing:
    """The outcome: the number of packed records and of files that hold them, and of files that were removed.

    `removed` counts models and predictions. `unreadable`: one line per file that is damaged and was left as it is.
    """

    records: int = 0
    files: int = 0
    removed: int = 0
    unreadable: list[str] = field(default_factory=list)


def pack(store: Store, keep: Collection[str] | None = None) -> Packing:
    """Store the records of each cell in one file in place of one file each.

    `keep`: ids of the runs that keep their model and predictions, by default all. Other runs keep only what intervals
    need. The packed file is complete before the first single file is removed, and reading prefers single files: when
    the command is killed nothing is lost, and the same command completes it. Raise RequestError, before anything is
    written, if a run is stored twice with different contents, or a packed file is damaged.
    """
    done = Packing()
    with Lock(store.root):
        for packed in store.packs().values():
            if packed.fault:
                raise RequestError(f"{packed.fault}; `suite run` sets them aside and makes their runs again")
        cells = {folder: _singles(store, folder, done) for folder in sorted({p.parent for p in store.record_paths()})}
        for folder, singles in cells.items():
            _check(folder, singles, store.packed(folder).contents)
        for folder, singles in cells.items():
            _pack_cell(store, folder, singles)
        if keep is not None:
            for run_id in [record.id for record in store.records() if record.id not in keep]:
                _thin(store, run_id, done)
        packs = store.packs()
    done.records, done.files = sum(len(one.contents) for one in packs.values()), len(packs)
    return done


def _singles(store: Store, folder: Path, done: Packing) -> dict[str, Any]:
    """Return name -> content of a cell's records with a file of their own; name those of any kind that are damaged."""
    found = {}
    for path in (path for path in store.record_paths(folder.parent.name) if path.parent == folder):
        try:
            store.record_at(path)
            if path.exists():
                found[path.stem] = read_json(path, store.root)
        except UnreadableError as error:
            done.unreadable.append(str(error))
    return found


def _check(folder: Path, singles: Mapping[str, Any], packed: Mapping[str, Any]) -> None:
    for name in sorted(singles.keys() & packed.keys()):
        if singles[name] != packed[name]:
            raise RequestError(
                f"'{folder / name}.json' differs from the record of this run in '{PACK}' beside it: move one elsewhere"
            )


def _pack_cell(store: Store, folder: Path, singles: dict[str, Any]) -> None:
    if not singles:
        return
    write_packed(folder / PACK, {**store.packed(folder).contents, **singles})
    _remove(folder / f"{name}.json" for name in singles)


def _thin(store: Store, run_id: str, done: Packing) -> None:
    """Remove a run's model, and all its arrays except what intervals need."""
    model, stored = store.path(run_id, ".keras"), store.path(run_id, ".npz")
    try:
        arrays = store.predictions(run_id)
    except UnreadableError as error:
        done.unreadable.append(str(error))
        return
    needed = {name: array for name, array in arrays.items() if name == ITEMS}
    if needed and needed.keys() != arrays.keys():
        write_arrays(stored, needed)
    unneeded = [*([stored] if arrays and not needed else []), *([model] if model.exists() else [])]
    _remove(unneeded)
    done.removed += len(unneeded)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with writing(path):
            path.unlink()
