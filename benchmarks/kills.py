"""Kills commands that write at seeded moments, repeats each, and counts records that are lost or changed and leftovers.

`python benchmarks/kills.py --kills 100 --runs 5` kills `merge`, `report` and `export --to-tensorboard` on an invented
study, and `suite run` five times; each is killed before it ends, repeated until it ends by itself, and compared with
what the same command makes when nobody kills it.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from invented import write_results

from suite.unfinished import ENDING

STUDY = """from suite import Experiment
experiment = Experiment(["adding-5"], ["gru"], trials=4, epochs=1, seeds=2, weights=60, examples=40,
                        search_space={"depth": [1], "batch_size": [32]})
"""
COMMANDS = {
    "merge": (["merge", "a", "b", "--into", "made"], "made"),
    "report": (["report", "a"], "a"),
    "export": (["export", "a", "--to-tensorboard", "events"], "events"),
}


def main() -> None:
    """Print the number of kills by command, and of files that are lost, changed or left over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("kills", 100), ("runs", 5), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    rng, counts = random.Random(chosen.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for name in "ab":
            write_results(place / "sound" / name, 1, 2, 6, 2)
        shutil.copy(place / "sound" / "a" / "experiment.json", place / "sound" / "b")
        whole = {name: unharmed(place / "sound", *command) for name, command in COMMANDS.items()}
        while counts["kills"] < chosen.kills - chosen.runs:
            name = rng.choice([*COMMANDS])
            folder = Path(shutil.copytree(place / "sound", place / "case"))
            counts += disturbed(folder, name, *COMMANDS[name], whole[name], rng)
            shutil.rmtree(folder)
        counts += trained(place, chosen.runs, rng)
    print(", ".join(f"{counts[what]} {what}" for what in sorted({*counts, "lost", "wrong", "leftover"})))


def unharmed(sound: Path, words: list[str], result: str) -> tuple[dict[Path, bytes], float]:
    """Return what a command makes on a copy of the studies, and the seconds that it takes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(sound, Path(temporary) / "whole"))
        begun = time.monotonic()
        start(folder, words).wait()
        return content(folder / result), time.monotonic() - begun


def disturbed(
    folder: Path, name: str, words: list[str], result: str, whole: tuple[dict[Path, bytes], float], rng: random.Random
) -> Counter[str]:
    """Kill a command once, repeat it, and count what is wrong afterwards."""
    expected, seconds = whole
    before = content(folder)
    process = start(folder, words)
    try:
        process.wait(rng.uniform(0.5, 1.0) * seconds)  # imports take the first half
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    killed = process.wait() == -signal.SIGKILL
    counts = Counter({"kills": int(killed), f"kills of {name}": int(killed)})
    lost = [path for path in before if content(folder).get(path) != before[path] and "report" not in path.parts]
    status = start(folder, words).wait()
    after = content(folder / result)
    wrong = [path for path in expected.keys() | after.keys() if expected.get(path) != after.get(path)]
    left = list(folder.rglob(f".*{ENDING}"))
    return counts + Counter(lost=len(lost), wrong=len(wrong) + (status != 0), leftover=len(left))


def trained(place: Path, kills: int, rng: random.Random) -> Counter[str]:
    """Kill `suite run` this often, at moments of its work, and count records that are lost, changed or missing."""
    from suite.results.agreement import disagreement
    from suite.results.store import Store

    (place / "study.py").write_text(STUDY)
    words = ["run", "study.py", "--workers", "1", "--no-report", "--results"]
    begun = time.monotonic()
    start(place, [*words, "alone"]).wait()
    seconds, counts = time.monotonic() - begun, Counter[str]()
    store = Store(place / "disturbed" / "study")
    for _ in range(kills):
        before = content(store.root)
        process = start(place, [*words, "disturbed"])
        time.sleep(rng.uniform(0.3, 0.9) * seconds)
        killed = process.poll() is None
        process.kill()
        process.wait()
        after = content(store.root)
        records = [path for path in before if path.name.startswith(("trial", "final", "control"))]
        counts += Counter(kills=int(killed), lost=sum(after.get(path) != before[path] for path in records))
        counts["kills of run"] += int(killed)
    start(place, [*words, "disturbed"]).wait()
    alone = {record.id: record for record in Store(place / "alone" / "study").records()}
    made = {record.id: record for record in store.records()}
    differing = [name for name in alone if name not in made or disagreement(alone[name], made[name])]
    left = list(place.rglob(f".*{ENDING}"))
    return counts + Counter(wrong=len(differing), leftover=len(left))


def start(folder: Path, words: list[str]) -> subprocess.Popen:
    """Start a command in a folder."""
    nowhere = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "suite", *words], cwd=folder, stdout=nowhere, stderr=nowhere)


def content(folder: Path) -> dict[Path, bytes]:
    """Return the content of all files below a folder, but of those that are unfinished."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {path.relative_to(folder): path.read_bytes() for path in files}


if __name__ == "__main__":
    main()
