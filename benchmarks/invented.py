"""Invented: write realistic records, predictions and descriptions of many runs without any training."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from suite.files.writing import write_json
from suite.tasks.metrics import METRICS

EPOCHS = 24
TESTED = 400
LAGS = (1, 2, 5, 10, 20, 50)
FACTORS = {
    "classification": {
        "accuracy": 1, "balanced_accuracy": 1, "macro_f1": 0.97, "log_loss": 2, "calibration_error": 0.1,
    },
    "regression": {"mse": 1, "mae": 0.8, "rmse": 1.1, "r2": 0.5, "mase": 1, "directional_accuracy": 0.5},
}  # fmt: skip
SPOKEN = {"kind": "classification", "metric": "accuracy", "baseline": "majority", "trained_baseline": "order-free"}
PRICED = {"kind": "regression", "metric": "mse", "baseline": "zero", "trained_baseline": "lags"}
# A task that is not generated has the same test split for all seeds, so the report can show common errors or dates.
FAMILIES: dict[str, dict[str, Any]] = {
    "speech": SPOKEN | {"source": "generated", "outputs": 10, "features": 20},
    "sentiment": SPOKEN | {"source": "generated", "outputs": 2, "features": None},
    "stocks": PRICED | {"source": "invented prices", "outputs": 1, "features": 2, "tags": ["series"]},
    "memory": PRICED | {"source": "generated", "outputs": 1, "features": 2, "solved": 0.3},
    "digits": SPOKEN | {"source": "invented pictures", "outputs": 10, "features": 1},
}


def write_results(folder: Path, tasks: int, architectures: int, trials: int, seeds: int) -> int:
    """Write invented results of this size, and return the number of records."""
    names = {f"task-{k:03d}": [*FAMILIES][k % len(FAMILIES)] for k in range(tasks)}
    kinds = [f"architecture-{k}" for k in range(architectures)]
    counts = {"trials": trials, "seeds": seeds, "epochs": EPOCHS}
    experiment = {"name": folder.name, "description": "Invented.", "tasks": [*names], "architectures": kinds}
    write_json(folder / "experiment.json", experiment | {"search": "random", "weights": 5000} | counts)
    for task, family in names.items():
        facts = description(task, family)
        if family == "memory":  # each sweep has four lengths
            number = [*names].index(task) // len(FAMILIES)
            facts |= {"sweep": f"sweep-{number // 4}", "length": 25 * 2 ** (number % 4)}
        write_json(folder / task / "task.json", facts)
        for level, architecture in enumerate(kinds):
            (folder / task / architecture).mkdir(parents=True, exist_ok=True)
            for role, count in (("trial", trials), ("final", seeds)):
                for index in range(count):
                    write_run(folder, facts, f"{task}/{architecture}/{role}-{index:03d}", level)
    return tasks * architectures * (trials + seeds)


def description(task: str, family: str) -> dict[str, Any]:
    """Return the content of a task's `task.json`."""
    facts, random = FAMILIES[family], drawn(task)
    metric = METRICS.get(facts["metric"])
    shape = (60,) if facts["features"] is None else (60, facts["features"])
    x = random.integers(1, 40, shape) if facts["features"] is None else random.normal(size=shape).round(3)
    return {
        "name": task, "family": family, "per_step": False, "version": 1, "description": f"An invented task: {family}.",
        "direction": metric.direction, "perfect": metric.perfect,
        "ceiling": None, "solved": None, "licence": "none", "sweep": task, "length": None, "tags": [],
        "sizes": {"train": 1600, "validation": TESTED, "test": TESTED}, "baselines": {},
        "signature": {"length": 60, "vocabulary": 40, **{key: facts[key] for key in ("features", "outputs")}},
        "examples": [{"x": x.tolist(), "y": 1, "length": 60}] * 3,
    } | facts  # fmt: skip


def drawn(*names: object) -> np.random.Generator:
    """Return a random generator that depends on these names only."""
    return np.random.default_rng([byte for name in names for byte in str(name).encode()])


def write_run(folder: Path, facts: dict[str, Any], run: str, level: int) -> None:
    """Write the record of a run, and its predictions if it is a final run. A higher `level` means better scores."""
    random, higher = drawn(run), facts["direction"] == "higher"
    score = float(
        np.clip((0.6 if higher else 0.5) + (0.03 if higher else -0.03) * level + 0.05 * random.normal(), 0, 1)
    )
    (folder / f"{run}.json").write_text(json.dumps(record(facts, run, score, random), indent=1))
    if "/final-" in run:
        np.savez_compressed(folder / f"{run}.npz", **predictions(facts, run, score, random))


def record(facts: dict[str, Any], run: str, score: float, random: np.random.Generator) -> dict[str, Any]:
    """Return a record with all keys of a real record."""
    task, architecture, name = run.split("/")
    role, index = name.split("-")
    chosen = {
        "learning_rate": float(10 ** random.uniform(-4, -2)), "batch_size": int(random.choice([32, 64, 128])),
        "depth": int(random.integers(1, 3)), "dropout": float(random.choice([0.0, 0.1, 0.2])),
    }  # fmt: skip
    curve = [score * (1 - 0.5 * 0.8**epoch) + 0.01 * random.normal() for epoch in range(EPOCHS)]
    scores, trivial, trained = (
        {metric: level * factor for metric, factor in FACTORS[facts["kind"]].items()}
        for level in (score, *((0.1, 0.5) if facts["direction"] == "higher" else (1.0, 0.6)))
    )
    splits = ("validation", "test")
    ratios = {f"{lag}": float(np.exp(-lag * random.uniform(0.01, 0.1))) for lag in LAGS}
    seconds = {"data": 0.1, "build": 0.5, "fit": 3.0 + score, "evaluate": 0.4, "epochs": [0.2] * EPOCHS}
    return {
        "id": run, "task": task, "architecture": architecture, "role": role, "index": int(index),
        "seed": int(index) + 1, "attempt": 1, "status": "ok", "hyperparameters": chosen | {"units": 40},
        "spec": {"task": {"name": task}, "hyperparameters": chosen, "budget": {"epochs": EPOCHS}, "seed": int(index)},
        "metrics": dict.fromkeys(splits, scores), "baseline": dict.fromkeys(("validation", "test"), trivial),
        "trained_baseline": dict.fromkeys(("validation", "test"), trained),
        "history": dict.fromkeys(("loss", "val_loss", facts["metric"], f"val_{facts['metric']}"), curve),
        "best_epoch": EPOCHS - 4, "epochs": EPOCHS, "weights": 5000 + int(random.integers(-200, 200)), "flags": [],
        "clipped": 0.01, "gradients": {} if role == "trial" else {"start": ratios, "kept": ratios},
        "seconds": seconds | ({} if role == "trial" else {"predict_1": 0.004, "predict_64": 0.006}),
        "versions": {"keras": "3.15.0"}, "machine": {"cores": 2}, "finished": "2026-01-01T00:00:00.000+00:00",
    }  # fmt: skip


def predictions(facts: dict[str, Any], run: str, score: float, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the arrays of a final run."""
    fixed = facts["source"] != "generated"
    test_split = drawn(facts["name"]) if fixed else random
    if facts["kind"] == "classification":
        target = test_split.integers(0, facts["outputs"], TESTED)
        chances = random.random((TESTED, facts["outputs"])) + 2 * score * np.eye(facts["outputs"])[target] * random.random((TESTED, 1))  # fmt: skip # noqa: E501
        return {"target": target, "prediction": (chances / chances.sum(axis=1, keepdims=True)).astype("float32")}
    target = test_split.normal(size=TESTED).astype("float32")
    found = {"target": target, "prediction": (target + random.normal(size=TESTED) * score).astype("float32")}
    if not fixed:
        return found
    return found | {
        "times": np.arange(TESTED),
        "last_value": np.roll(target, 1),
        "preparation/target_mean": np.zeros(1),
    }
