"""Kills commands that write at seeded moments, repeats each, and counts records that are lost or changed and leftovers.

A moment is a change to the files of a folder: the opening of a file to write, a rename, a removal, a new folder. The
command is killed (SIGKILL) just before the change that the seed chooses. So the moments do not depend on the load of
the machine, and the same seed gives the same kills. Each command is then repeated until it ends by itself, and what it
made is compared, byte by byte, with what it makes when nobody kills it. `suite run` is killed in the same way, its
records are compared number for number.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from invented import write_results

from suite import cli
from suite.deploy.mlflow import QUIET
from suite.files.unfinished import ENDING
from suite.results.agreement import disagreement
from suite.results.store import Store
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.task import task

STUDY = """from suite import Experiment
experiment = Experiment(["adding-5"], ["gru"], trials=4, epochs=1, seeds=2, weights=60, examples=40,
                        search_space={"depth": [1], "batch_size": [32]})
"""
COMMANDS = {
    "merge": ["merge", "a", "b", "--into", "made"],
    "report": ["report", "a"],
    "export": ["export", "a", "--to-tensorboard", "made"],
    "pack": ["pack", "a"],
    "pack --keep none": ["pack", "a", "--keep", "none"],
    "compare": ["compare", "a", "b", "--to", "made.html"],
    "new": ["new", "table.csv", "--to", "made.py"],
    "fetch": ["fetch", "fetched"],
}
TRAINED_COMMANDS = {
    "export of a model": ["export", "alone/study/adding-5/gru", "--to", "made"],
    "predict": ["predict", "alone/study/adding-5/gru", "new.npy", "--to", "made"],
    "export to MLflow": ["export", "alone/study", "--to-mlflow", "made"],
}
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
IN_A_RUN = 12  # changes to files within which a run is killed: about two records


def main() -> None:
    """Print the number of kills by command, and of files that are lost, changed or left over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("kills", 100), ("runs", 10), ("exports", 9), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    rng, counts = random.Random(chosen.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        prepare(place / "sound")
        whole = {name: unharmed(place, words) for name, words in COMMANDS.items()}
        for number in range(chosen.kills - chosen.runs - chosen.exports):
            name = [*COMMANDS][number % len(COMMANDS)]
            expected, changes = whole[name]
            found = disturbed(place, COMMANDS[name], expected, rng.randint(1, changes))
            counts += found + Counter({f"kills of {name}": found["kills"]})
            print(f"{number + 1}: {name}: {dict(found)}", file=sys.stderr, flush=True)
        counts += trained(place, chosen.runs, rng)
        counts += with_exports(place, chosen.exports, rng)
    print(", ".join(f"{counts[what]} {what}" for what in sorted({*counts, "lost", "wrong", "leftover"})))


def prepare(sound: Path) -> None:
    """Write two folders of one study, and a table."""
    for name in "ab":
        write_results(sound / name, 1, 2, 6, 2)
    shutil.copy(sound / "a" / "experiment.json", sound / "b")
    (sound / "table.csv").write_text("\n".join(["x,y", *(f"{row},{row * row % 7}" for row in range(200))]))
    declare_fetched(sound / "table.csv")


def declare_fetched(path: Path) -> None:
    """Declare a task with a file to download, which this path serves, into each folder in which it is fetched."""
    os.environ["SUITE_DATA"] = "data"
    file = File(path.as_uri(), hashlib.sha256(path.read_bytes()).hexdigest())
    declared = DataSet("served", (file,), "CC0", "this computer")
    task("fetched", family="served", kind="regression", metric="mse", baseline="zero", data_set=declared)(
        lambda seed: None
    )


def unharmed(place: Path, words: list[str]) -> tuple[dict[str, bytes], int]:
    """Return what a command makes of a copy of the studies, and how often it changes files."""
    folder = Path(shutil.copytree(place / "sound", place / "case"))
    counted = place / "counted"
    forked(folder, words, counted=counted)
    found = content(folder), int(counted.read_text())
    shutil.rmtree(folder)
    return found


def disturbed(place: Path, words: list[str], expected: dict[str, bytes], change: int) -> Counter[str]:
    """Kill a command before this change to files, repeat it, and count what is wrong afterwards."""
    folder = Path(shutil.copytree(place / "sound", place / "case"))
    before = records(folder)
    killed = forked(folder, words, change) == -signal.SIGKILL
    lost = differing(before, records(folder))
    forked(folder, words)  # if all was done when it was killed, a second export is refused
    after = content(folder)
    wrong = [path for path in expected.keys() | after.keys() if expected.get(path) != after.get(path)]
    left = [path for path in after if path.endswith(ENDING)]
    shutil.rmtree(folder)
    return Counter(kills=int(killed), lost=lost, wrong=len(wrong), leftover=len(left))


def trained(place: Path, kills: int, rng: random.Random) -> Counter[str]:
    """Kill `suite run` this many times; count the lost and the changed records, and the files left over."""
    (place / "study.py").write_text(STUDY)
    words = ["run", "study.py", "--workers", "0", "--no-report", "--results"]
    started(place, [*words, "alone"])
    counts, folder = Counter[str](), place / "disturbed"
    for _ in range(kills):
        before = records(folder)
        killed = started(place, [*words, "disturbed"], rng.randint(1, IN_A_RUN)) == -signal.SIGKILL
        counts += Counter({"kills": killed, "kills of run": killed, "lost": differing(before, records(folder))})
        print(f"run: {dict(counts)}", file=sys.stderr, flush=True)
    started(place, [*words, "disturbed"])
    counts["wrong"] += differing(records(place / "alone"), records(folder))
    counts["leftover"] += len([*place.rglob(f".*{ENDING}")])
    return counts


def with_exports(place: Path, kills: int, rng: random.Random) -> Counter[str]:
    """Kill commands that use the study that `trained` left, repeat them, and count what is wrong.

    TensorFlow gives each export of a model another fingerprint, so what is compared is which files there are. MLflow
    gives each export other file names, so what is compared is which runs there are.
    """
    np.save(place / "new.npy", np.zeros((3, 5, 2), np.float32))
    made, counted, counts = place / "made", place / "counted", Counter[str]()
    possible = [name for name in TRAINED_COMMANDS if "MLflow" not in name or find_spec("mlflow")]
    for number in range(kills):
        name = possible[number % len(possible)]
        before = records(place / "alone")
        started(place, TRAINED_COMMANDS[name], counted=counted)
        expected = removed(made)
        change = rng.randint(1, int(counted.read_text()))
        killed = started(place, TRAINED_COMMANDS[name], change) == -signal.SIGKILL
        started(place, TRAINED_COMMANDS[name])
        lost = differing(before, records(place / "alone"))
        counts += Counter({"kills": killed, f"kills of {name}": killed, "lost": lost})
        counts["wrong"] += len(removed(made) ^ expected)
        counts["leftover"] += len([*place.rglob(f".*{ENDING}")])
        print(f"{name}: {dict(counts)}", file=sys.stderr, flush=True)
    return counts


def removed(made: Path) -> set[str]:
    """Remove a file or a folder, and return the names of the files that it was, or of the runs in MLflow's store."""
    files = (path for path in (made, *made.rglob("*")) if path.is_file())
    in_mlflow = (made / "0" / "meta.yaml").exists()
    names = tracked(made) if in_mlflow else {str(path.relative_to(made)) for path in files}
    shutil.rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
    return names


def tracked(store: Path) -> set[str]:
    """Return the experiments in a tracking store of MLflow, and every run with its status and what it holds."""
    os.environ |= QUIET
    from mlflow import MlflowClient

    client, names = MlflowClient(tracking_uri=store.as_uri()), set()
    for one in client.search_experiments():
        runs = client.search_runs([one.experiment_id])
        held = {f"{run.info.run_name} {run.info.status} {run.data.params} {run.data.metrics}" for run in runs}
        names |= {one.name} | {f"{one.name}: {run}" for run in held}
    return names


def records(folder: Path) -> dict[str, Any]:
    """Return all records of all studies in a folder."""
    stores = [Store(study) for study in sorted(folder.glob("*/")) if study.name != "made"]
    return {f"{store.root.name}/{record.id}": record for store in stores for record in store.records()}


def differing(before: dict[str, Any], after: dict[str, Any]) -> int:
    """Return how many records are missing or have other numbers."""
    return sum(name not in after or bool(disagreement(record, after[name])) for name, record in before.items())


def content(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder; what only this computer can name has none."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    hidden = {path for path in files if path.name.startswith(".")}
    return {str(path.relative_to(folder)): b"" if path in hidden else path.read_bytes() for path in files}


def forked(folder: Path, words: list[str], change: int = 0, counted: Path | None = None) -> int:
    """Carry out a command in a copy of this process, which saves the imports; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 3
    try:
        os.chdir(folder)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        status = carried_out(words, change, counted)
    finally:
        os._exit(status)


def started(folder: Path, words: list[str], change: int = 0, counted: Path | None = None) -> int:
    """Carry out a command in a new process, which imports TensorFlow; return how it ended."""
    call = f"{words!r}, {change}, {counted and str(counted)!r}"
    code = f"import kills, sys; sys.exit(kills.carried_out({call}))"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": path}, **quiet
    ).returncode


def carried_out(words: list[str], change: int = 0, counted: str | Path | None = None) -> int:
    """Carry out a command in the current folder; be killed before this change to its files, or write their number."""
    folder, made = os.path.realpath("."), 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal made
        if changes(event, arguments) and os.path.join(folder, os.fsdecode(arguments[0])).startswith(f"{folder}/"):  # noqa: PTH118
            made += 1
            if made == change:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    status = cli.main(words)
    if counted:
        Path(counted).write_text(str(made))
    return status


def changes(event: str, arguments: tuple[Any, ...]) -> bool:
    """Return whether an audit event of Python changes files or opens one for writing; /dev/null does not count."""
    if not arguments or not isinstance(arguments[0], (str, bytes, os.PathLike)):
        return False
    return event in CHANGES or (event == "open" and bool((arguments[2] or 0) & WRITING))


if __name__ == "__main__":
    main()
