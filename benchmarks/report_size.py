"""Measures a report of many records: seconds, memory and bytes, from synthetic results (no training).

`python benchmarks/report_size.py [--tasks 200] [--architectures 8] [--seeds 10] [--folder DIR]`
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from suite.report import write
from suite.store import write_json

METRICS = {"accuracy": 1, "balanced_accuracy": 1, "macro_f1": 0.97, "log_loss": 2, "calibration_error": 0.1}
EPOCHS = 20
FAMILIES = ("speech", "sentiment", "stocks", "memory", "digits")


def main() -> None:
    """Writes the records, then the report twice, and prints what it took."""
    chosen = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(chosen.folder or temporary) / "synthetic"
        count = write_results(folder, chosen.tasks, chosen.architectures, chosen.seeds)
        print(f"{count} records")
        for what in ("first", "again, nothing changed"):
            begin, cpu = time.perf_counter(), cpu_seconds()
            page = write(folder)
            print(f"{what}: {time.perf_counter() - begin:.1f} s, {cpu_seconds() - cpu:.1f} s of processors")
        whole = sum(path.stat().st_size for path in page.parent.rglob("*.*"))
        most = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"index.html: {page.stat().st_size / 1e6:.1f} MB; the whole report: {whole / 1e6:.1f} MB")
        print(f"memory: at most {most / 1024:.0f} MiB (this process and the largest of its children)")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, value in (("tasks", 200), ("architectures", 8), ("seeds", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--folder", help="keep the results in this folder")
    return parser.parse_args()


def cpu_seconds() -> float:
    """Processor seconds of this process and its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def write_results(folder: Path, tasks: int, architectures: int, seeds: int) -> int:
    """Synthetic results of this size; gives back how many records there are."""
    random = np.random.default_rng(0)
    names = [f"task-{k:03d}" for k in range(tasks)]
    kinds = [f"architecture-{k}" for k in range(architectures)]
    experiment = {
        "name": "synthetic",
        "description": "Invented.",
        "tasks": names,
        "architectures": kinds,
        "seeds": seeds,
    }
    write_json(folder / "experiment.json", experiment | {"trials": 0, "epochs": EPOCHS})
    for k, task in enumerate(names):
        write_json(folder / task / "task.json", description(task, FAMILIES[k % len(FAMILIES)]))
        for level, architecture in enumerate(kinds):
            (folder / task / architecture).mkdir(parents=True, exist_ok=True)
            for index in range(seeds):
                score = float(np.clip(0.6 + 0.03 * level + 0.05 * random.normal(), 0, 1))
                kept = record(task, architecture, index, score)
                (folder / f"{kept['id']}.json").write_text(json.dumps(kept, indent=1))
    return tasks * architectures * seeds


def description(task: str, family: str) -> dict:
    """A task.json."""
    return {
        "name": task, "family": family, "kind": "classification", "per_step": False, "metric": "accuracy",
        "direction": "higher", "perfect": 1.0, "baseline": "majority", "trained_baseline": "order-free", "version": 1,
        "description": "An invented task.", "ceiling": None, "solved": None, "licence": "none", "source": "generated",
        "sweep": task, "length": None, "tags": [], "examples": [], "baselines": {},
        "sizes": {"train": 1000, "validation": 200, "test": 200},
    }  # fmt: skip


def record(task: str, architecture: str, index: int, score: float) -> dict:
    """The record of a final run."""
    curve = [score * (1 - 0.5 * 0.8**epoch) for epoch in range(EPOCHS)]
    run = f"{task}/{architecture}/final-{index:03d}"
    scored = {name: score * factor for name, factor in METRICS.items()}
    base, trained = (
        {split: {name: level * factor for name, factor in METRICS.items()} for split in ("validation", "test")}
        for level in (0.1, 0.5)
    )
    return {
        "id": run, "task": task, "architecture": architecture, "role": "final", "index": index, "seed": index + 1,
        "attempt": 1, "status": "ok", "spec": {"seed": index + 1}, "weights": 5000,
        "hyperparameters": {"learning_rate": 0.003, "batch_size": 32, "depth": 1, "dropout": 0.1, "units": 40},
        "metrics": {"validation": scored, "test": scored}, "baseline": base, "trained_baseline": trained,
        "history": dict.fromkeys(("loss", "val_loss", "accuracy", "val_accuracy"), curve), "best_epoch": EPOCHS - 2,
        "epochs": EPOCHS, "flags": [], "clipped": 0.0, "gradients": {},
        "seconds": {"fit": 3.0 + score, "predict_1": None, "predict_64": None}, "versions": {}, "machine": {},
    }  # fmt: skip


if __name__ == "__main__":
    main()
