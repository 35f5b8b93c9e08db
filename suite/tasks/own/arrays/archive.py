"""Archive: sets of the UEA and UCR archives become tasks by their names, in their official split."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from suite.errors import RequestError, closest, closest_keyword, names_of
from suite.files.paths import existing
from suite.tasks.declaration import Declaration
from suite.tasks.kinds import CLASSIFICATION
from suite.tasks.own.arrays.declaration import task_from_arrays
from suite.tasks.own.arrays.ts_files import read_ts

PARTS = ("_TRAIN.ts", "_TEST.ts")


@closest_keyword
def tasks_from_archive(
    folder: str | Path, names: Sequence[str] | str, *, missing: str = "error", **declared: Unpack[Declaration]
) -> list[str]:
    """Register a task for each of these sets of the UEA and UCR archives, and return the names: those of the sets.

    `folder`: an unpacked archive, with the files NAME/NAME_TRAIN.ts and NAME/NAME_TEST.ts of every set (or both beside
    each other). The test file is the only test split; the seed draws a quarter of the training file for validation,
    with the same share of every class. A set with targets in place of classes is a regression. `missing`: "error", or
    "drop" to leave out series that lack a value. `declared`: arguments of `task` that replace the defaults, for all of
    these sets alike. All data are checked here. Raise RequestError, which names the file, if something is invalid.
    """
    home, chosen = existing(folder, "folder"), [names] if isinstance(names, str) else list(names)
    for name in chosen:
        _declare(home, name, missing, declared)
    return chosen


def _declare(home: Path, name: str, missing: str, declared: Declaration) -> None:
    (x, y), (x_test, y_test) = map(read_ts, _files(home, name))
    if y is None or y_test is None:
        raise RequestError(f"set '{name}' in '{home}': its files have neither classes nor targets")
    kind: Declaration = {"kind": CLASSIFICATION} if isinstance(y, list) else {}
    fields: Declaration = {"family": "uea-ucr", "source": "UEA and UCR archives", **kind, **declared}
    task_from_arrays(name, x, y, x_test=x_test, y_test=y_test, labels="exact", missing=missing, **fields)


def _files(home: Path, name: str) -> list[Path]:
    """Return the training and the test file of a set; raise RequestError, with the closest set, without them."""
    for place in (home / name, home):
        found = [place / f"{name}{part}" for part in PARTS]
        if all(file.is_file() for file in found):
            return found
    needed = names_of([f"{name}{part}" for part in PARTS])
    sets = sorted({file.name.removesuffix(PARTS[0]) for file in home.glob(f"**/*{PARTS[0]}")})
    hint = closest(name, sets) if sets else "it contains no file that ends in _TRAIN.ts"
    raise RequestError(f"set '{name}' needs the files {needed} in '{home / name}': {hint}")
