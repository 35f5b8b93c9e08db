"""Damages copies of a stored study in seeded ways, and gives them to the commands that read one.

Each command has to end with an exit status of 0, 1 or 2, without a traceback, and with lines of at most 400 characters
on standard error. `python benchmarks/mutations.py FOLDER --cases 1000` prints what does not. It needs no TensorFlow,
and draws no figures. `tests/test_mutations.py` does the same with fewer cases.
"""

import argparse
import collections
import contextlib
import copy
import io
import json
import os
import random
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from suite import cli
from suite.experiment.experiment import Experiment
from suite.results.store import Store
from suite.runner.options import RunOptions
from suite.runner.preparation import Preparation
from suite.runner.progress import Progress
from suite.runner.reuse import Reuse

LONGEST_LINE = 400
STATUSES = (0, 1, 2)
QUICK = ("status", "trials", "merge", "run")  # every damaged store is given to these commands, and to one other
DEEP: Any = 1
for _ in range(200):
    DEEP = [DEEP]
# what a damaged, malicious or foreign file may contain in the place of any value
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 3, 10**6, 10**15, 10**400, -(10**400), 0.5, -0.5, 1e300, 1e-300, float("nan"),
    float("inf"), -float("inf"), "", "x", "../../..", "/etc/passwd", "a" * 5000, "\ud800", "\x1b[2J\x00", "<script>",
    "$\\frac", "{{ 7*7 }}", "1e999", "ok", [], {}, [None], [[]], [1, "a", None], {"": None}, {"a": {"b": [1]}},
    {"accuracy": "high"}, ["a", ["b"]], DEEP,
]  # fmt: skip
# what may become of a whole file
WHOLE: list[bytes] = [
    b"", b"[]", b"{}", b"null", b"1", b'"x"', b"{", b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"\x00" * 100, b"[" * 100_000,
    b'{"a":' * 50_000, b"NaN", b"1" * 5000, b"PK\x03\x04broken", b"not a file of this kind",
]  # fmt: skip
ARRAYS: list[Callable[[], Any]] = [
    lambda: np.zeros(0), lambda: np.zeros((0, 3)), lambda: np.array(5), lambda: np.zeros((2, 2, 2, 2)),
    lambda: np.array(["a", "b"]), lambda: np.full(9, np.nan), lambda: np.full((4, 2), np.inf), lambda: np.arange(7),
    lambda: np.array([2**62] * 5), lambda: np.array([-1, -5]), lambda: np.array([1 + 2j]), lambda: np.array([b"x"]),
    lambda: np.array(["2020-01-01"], "datetime64[D]"), lambda: np.zeros(3, [("a", "f4")]),
    lambda: np.array([object()], dtype=object), lambda: np.array([True, False]),
]  # fmt: skip


def places(content: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a JSON document, but of only three of each list."""
    if where:
        yield where
    children = (
        content.items() if isinstance(content, dict) else enumerate(content[:3]) if isinstance(content, list) else ()
    )
    for key, value in children:
        yield from places(value, (*where, key))


def mutated(content: Any, rng: random.Random) -> Any:
    """Return a JSON document in which one or two values are replaced, removed, renamed or repeated."""
    made = copy.deepcopy(content)
    for _ in range(rng.choice([1, 1, 2])):
        *parents, last = rng.choice(list(places(made)) or [(None,)])
        if last is None:
            return rng.choice(ODD)
        holder = made
        for key in parents:
            holder = holder[key]
        how = rng.random()
        if how < 0.75:
            holder[last] = copy.deepcopy(rng.choice(ODD))
        elif how < 0.85:
            del holder[last]
        elif isinstance(holder, dict):
            holder[rng.choice(["", "../x", "a" * 300, "\ud800", "0"])] = holder.pop(last)
        else:
            holder.extend(holder[:1] * 3)
    return made


def damage(path: Path, rng: random.Random) -> None:
    """Damage one file of a store."""
    if rng.random() < 0.15:
        path.write_bytes(rng.choice(WHOLE))
    elif rng.random() < 0.1:
        content = path.read_bytes()
        path.write_bytes(content[: rng.randrange(max(len(content), 1))])
    elif path.suffix == ".json":
        path.write_text(json.dumps(mutated(json.loads(path.read_bytes()), rng)), encoding="utf-8")
    elif path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        place = rng.randrange(len(lines))
        lines[place] = json.dumps(mutated(json.loads(lines[place]), rng))
        path.write_text("\n".join(lines), encoding="utf-8")
    elif path.suffix == ".npz":
        with np.load(path) as file:
            arrays = dict(file)
        name = rng.choice(sorted(arrays))
        arrays |= {name: rng.choice(ARRAYS)()}
        if rng.random() < 0.2:
            del arrays[name]
        np.savez(path, **arrays)


def commands(folder: Path, sound: Path) -> dict[str, Callable[[], int]]:
    """Return name -> what reads the store in `folder`; `sound` is an undamaged copy of it."""
    named = {command: [command, str(folder)] for command in ("status", "trials", "claims", "best")}
    named |= {"trials --csv": ["trials", str(folder), "--csv"], "claims --json": ["claims", str(folder), "--json"]}
    named |= {"diff": ["diff", str(sound), str(folder)], "report": ["report", str(folder)]}
    named |= {"merge": ["merge", str(folder), str(sound), "--into", f"{folder}-merged"]}
    found = {name: (lambda words=words: cli.main(words)) for name, words in named.items()}
    return found | {"run": lambda: resumed(folder)}


def resumed(folder: Path) -> int:
    """Read a store as `suite run` does before it trains anything; damaged files are set aside."""
    stored = json.loads((folder.parent / "sound" / "experiment.json").read_bytes())
    counts = {name: stored[name] for name in ("trials", "seeds", "epochs", "patience", "best_of")}
    experiment = Experiment(stored["tasks"], stored["architectures"], name=stored["name"], **counts)
    store = Store(folder)
    preparation = Preparation(experiment, store, RunOptions(redo="stale"), Progress(quiet=True))
    return cli.answered(lambda: preparation.read(Reuse(None, store)) or 0)


def run(name: str, command: Callable[[], int]) -> str:
    """Carry out a command, and return what is wrong with how it ended; "" if nothing is."""
    out, err = io.StringIO(), io.StringIO()
    undrawn = mock.patch("suite.report.drawing._render", lambda *_: ({}, "not drawn"))
    raising = mock.patch.dict(os.environ, {cli.TRACEBACK: "1"})
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), undrawn, raising:
        try:
            status = command()
        except Exception:
            return f"{name}: {traceback.format_exc()}"
    said = err.getvalue().splitlines()
    if status not in STATUSES or "Traceback" in err.getvalue() or any(len(line) > LONGEST_LINE for line in said):
        return f"{name}: status {status}, said {said}"
    if status == 2 and len(said) == 0:
        return f"{name}: nothing was said"
    return ""


def cases(sound: Path, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield (file, fault) for the commands on each of `count` damaged copies of a store; no fault is ""."""
    rng = random.Random(seed)
    kinds = (".json", ".jsonl", ".npz")
    files = sorted(path for path in sound.rglob("*") if path.suffix in kinds and "report" not in path.parts)
    descriptions = [path for path in files if path.name in ("task.json", "experiment.json") or path.suffix == ".npz"]
    with tempfile.TemporaryDirectory() as temporary:
        for number in range(count):
            folder = Path(temporary) / f"case-{number}" / sound.name
            shutil.copytree(sound, folder)
            shutil.copytree(sound, folder.parent / "sound")
            path = rng.choice(rng.choice([files, descriptions])).relative_to(sound)
            damage(folder / path, rng)
            found = commands(folder, folder.parent / "sound")
            others = sorted(found.keys() - set(QUICK))
            for name in (*QUICK, others[number % len(others)]):
                yield str(path), run(name, found[name])
            shutil.rmtree(folder.parent)


def main() -> None:
    """Print the faults, the most frequent first, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the results folder to damage copies of")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    faults: collections.Counter[str] = collections.Counter()
    total = 0
    for path, fault in cases(Path(chosen.folder), chosen.cases, chosen.seed):
        total += 1
        if fault:
            key = "\n".join(fault.strip().splitlines()[-3:])
            if key not in faults:
                print(f"--- {path}: {fault}", flush=True)
            faults[key] += 1
    for fault, number in faults.most_common():
        print(f"{number} x {fault}")
    print(f"{chosen.cases} damaged stores, {total} commands, {faults.total()} faults")


if __name__ == "__main__":
    main()
