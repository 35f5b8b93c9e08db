"""Hand-written results: task.json, experiment.json and records as the runner writes them, without any training."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from suite.files.strict_json import checksum
from suite.files.writing import write_json
from suite.results.experiment_info import ExperimentInfo
from suite.results.explanation import METHOD, Explanation
from suite.results.record import Record
from suite.results.results import Results
from suite.results.store import Store
from suite.results.task_info import TaskInfo

ARCHITECTURES = ("simple-rnn", "lstm", "gru")
TASKS = {
    "speech-like": {
        "family": "speech", "kind": "classification", "metric": "accuracy", "direction": "higher", "perfect": 1.0,
        "baseline": "majority", "trained_baseline": "order-free", "description": "Ten classes of gliding vowels.",
    },
    "sentiment-like": {
        "family": "sentiment", "kind": "classification", "metric": "accuracy", "direction": "higher", "perfect": 1.0,
        "baseline": "majority", "trained_baseline": "bag-of-words", "description": "NOT and BUT change polarity.",
    },
    "sp500-return": {
        "family": "stocks", "kind": "regression", "metric": "mse", "direction": "lower", "perfect": 0.0,
        "baseline": "mean", "trained_baseline": "lags", "description": "The next day's log return.",
    },
    "adding-50": {
        "family": "memory", "kind": "regression", "metric": "mse", "direction": "lower", "perfect": 0.0,
        "baseline": "mean", "trained_baseline": None, "description": "The sum of two marked values.",
        "sweep": "adding", "length": 50, "ceiling": 0.0, "solved": 0.01,
    },
}  # fmt: skip
BASELINES = {"speech-like": 0.11, "sentiment-like": 0.52, "sp500-return": 1.31e-4, "adding-50": 0.1667}
TRAINED = {"speech-like": 0.44, "sentiment-like": 0.57, "sp500-return": 1.34e-4}
SCORES = {
    "speech-like": {"simple-rnn": 0.71, "lstm": 0.9, "gru": 0.905},
    "sentiment-like": {"simple-rnn": 0.72, "lstm": 0.97, "gru": 0.93},
    "sp500-return": {"simple-rnn": 1.33e-4, "lstm": 1.31e-4, "gru": 1.315e-4},
    "adding-50": {"simple-rnn": 0.15, "lstm": 0.002, "gru": 0.0016},
}
SPREADS = {"speech-like": 0.012, "sentiment-like": 0.02, "sp500-return": 5e-7, "adding-50": 4e-4}


def record(
    task: str, architecture: str, role: str, index: int, score: float | None = None, **changes: Any
) -> dict[str, Any]:
    """Return the record of a successful run with this headline score, or an invented one; `changes` replace keys."""
    facts = TASKS[task]
    run = f"{task}/{architecture}/{role}-{index:03d}"
    random = np.random.default_rng(zlib.crc32(run.encode()))
    if score is None:
        score = float(SCORES[task].get(architecture, 0.5) + SPREADS[task] * random.normal())
    splits = ("validation", "test") if role == "trial" else ("test",)
    content = {
        "id": run, "task": task, "architecture": architecture, "role": role, "index": index, "seed": 1000 + index,
        "attempt": 1, "status": "ok", "spec": {"seed": 1000 + index}, "weights": 5000 + int(random.integers(-200, 200)),
        "hyperparameters": configuration(architecture, random),
        "metrics": {split: {facts["metric"]: score} for split in splits},
        "baseline": {name: {facts["metric"]: BASELINES[task]} for name in ("validation", "test")},
        "trained_baseline": None, "history": history(facts, BASELINES[task], score, 7 + index), "best_epoch": 7 + index,
        "epochs": 7 + index, "flags": [], "clipped": 0.01, "seconds": {"fit": 3.0 + float(random.random())},
        "versions": {"keras": "3.15.0"}, "machine": {"cores": 2},
    }  # fmt: skip
    if task in TRAINED:
        content["trained_baseline"] = {name: {facts["metric"]: TRAINED[task]} for name in ("validation", "test")}
    return content | changes


def configuration(architecture: str, random: np.random.Generator) -> dict[str, Any]:
    """Return invented hyperparameters of an architecture."""
    start = {"recurrent_start": "orthogonal"} if architecture == "simple-rnn" else {"gate_bias": "chrono"}
    return start | {
        "learning_rate": float(10 ** random.uniform(-4, -1.5)), "batch_size": int(random.choice([16, 32, 64])),
        "depth": int(random.integers(1, 3)), "dropout": float(random.choice([0.0, 0.1, 0.2])), "units": 40,
    }  # fmt: skip


def history(facts: dict[str, Any], begin: float, end: float, epochs: int) -> dict[str, list[float]]:
    """Return curves that fall or rise from `begin` to `end`."""
    curve = end + (begin - end) * np.exp(-np.arange(epochs) / 2.5)
    metric = facts["metric"]
    return {"loss": list(curve), "val_loss": list(curve), metric: list(curve), f"val_{metric}": list(curve * 1.02)}


def failed(task: str, architecture: str, role: str, index: int, status: str, error: str) -> dict[str, Any]:
    """Return the record of a run that produced no numbers."""
    return record(task, architecture, role, index) | {
        "status": status, "error": error, "metrics": {}, "history": {}, "weights": None, "best_epoch": None,
        "epochs": None, "baseline": None, "trained_baseline": None,
    }  # fmt: skip


def write(folder: Path, content: dict[str, Any]) -> None:
    """Store a record, at once and on one line, which takes a tenth of the time that the runner's way takes."""
    path = folder / f"{content['id']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
    except (TypeError, ValueError):  # numbers that are not finite
        write_json(path, content)


def write_as_the_runner(folder: Path, content: dict[str, Any]) -> None:
    """Store a record, byte for byte as the runner does."""
    write_json(folder / f"{content['id']}.json", content)


def write_trials(folder: Path, task: str, scores: dict[str, Any], **changes: Any) -> None:
    """Store one trial per score: architecture -> scores on test data, in the order of the trials.

    Validation scores equal test scores unless `changes` says otherwise.
    """
    for name, each in scores.items():
        for index, score in enumerate(each):
            write(folder, record(task, name, "trial", index, float(score), **changes))


def write_task(folder: Path, task: str, **changes: Any) -> None:
    """Store a task.json."""
    facts = {
        "name": task, "per_step": False, "version": 1, "ceiling": None, "solved": None, "licence": "", "tags": [],
        "source": "generated", "sweep": task, "length": None, "examples": [], "baselines": {},
        "sizes": {"train": 1000, "validation": 200, "test": 200},
    }  # fmt: skip
    write_json(folder / task / "task.json", TaskInfo(**facts | TASKS[task] | changes).to_json())


def write_experiment(folder: Path, **changes: Any) -> None:
    """Store an experiment.json."""
    experiment = {
        "name": "quick", "description": "Recurrent baselines on one task a family.", "tasks": list(TASKS),
        "architectures": list(ARCHITECTURES), "search": "random", "trials": 4, "best_of": 1,
        "epochs": 12, "patience": 4, "seeds": 5, "weights": 5000, "examples": None, "search_seed": 1, "threads": 1,
        "versions": {"keras": "3.15.0", "suite": "0.1.0"}, "machine": {"cores": 2, "processor": "x86_64"},
    }  # fmt: skip
    write_json(folder / "experiment.json", experiment | changes)


def write_study(folder: Path, trials: int = 4, seeds: int = 5, tasks: tuple[str, ...] = tuple(TASKS)) -> Path:
    """Store a complete study of the three architectures and return its folder."""
    write_experiment(folder, tasks=list(tasks), trials=trials, seeds=seeds)
    for task in tasks:
        write_task(folder, task)
        for architecture in ARCHITECTURES:
            for role, count in (("trial", trials), ("final", seeds)):
                for index in range(count):
                    write(folder, record(task, architecture, role, index))
    return folder


def explain(folder: Path, run: str, skills: dict[Any, float], spread: float = 0.002, **fields: Any) -> None:
    """Store the explanation of a final run: the skill that each change (kind, first, last) leaves."""
    store, rng = Store(folder), np.random.default_rng(zlib.crc32(run.encode()))
    found = store.read(run)
    assert found
    effects = [
        {
            "kind": kind, "first": first, "last": last, "skill": skill + spread * float(rng.normal()),
            "without": (skill + spread * rng.normal(size=20) / 20).tolist(),
        }
        for (kind, first, last), skill in skills.items()
    ]  # fmt: skip
    facts: dict[str, Any] = {
        "method": METHOD, "spec": checksum(found.spec), "examples": 200, "of": 500, "unit": "example", "split": "same",
        "steps": 4, "features": 2, "counted": "the end of the sequence", "replaced": "its mean",
    }  # fmt: skip
    store.explain(run, Explanation(**facts | fields, effects=effects))


def finals(folder: Path, skills: dict[tuple[str, str], Any], beside: Any = None, **experiment: Any) -> Any:
    """Return results, without files, of final runs with these skills by task and architecture; None is a failed run.

    `beside` is that of `trials`.
    """
    return _results(folder, "final", skills, beside or {}, experiment)


def trials(
    folder: Path, skills: dict[tuple[str, str], Any], best_of: int = 4, beside: Any = None, **experiment: Any
) -> Any:
    """Return results, without files, of trials with these skills on test data by task and architecture.

    None is a failed trial. `beside`: cell -> one dictionary per trial: its skill on `validation` data (by default its
    test skill), the skill of its `rival`, the trained baseline, its training `loss` in units of the trivial one (by
    default none is known), its seconds of `cpu`, and other keys of its record.
    """
    return _results(folder, "trial", skills, beside or {}, {"best_of": best_of} | experiment)


def on_examples(
    folder: Path,
    right: dict[str, np.ndarray],
    clusters: Any,
    unit: str = "example",
    folds: int = 1,
    tasks: tuple[str, ...] = ("sentence-polarity",),
    **facts: Any,
) -> Any:
    """Return results, without files, of trials on real tasks that store which test examples they got right.

    `right`: architecture -> (trials, examples), 1 for right, the same on each task. Trial k has the test split k modulo
    `folds`, whose examples have the clusters `clusters[k % folds]`. Validation scores equal test scores. The trivial
    baseline is right for every other example. `facts`: further arrays about the examples of every split.
    """
    every = np.reshape(clusters, (folds, -1))
    for task in tasks:
        TASKS[task] = TASKS["sentiment-like"] | {"source": "sentences", "folds": folds}
        BASELINES[task] = 0.5
    trivial = np.arange(every.shape[1]) % 2
    skills = {(task, name): list(2 * hits.mean(axis=1) - 1) for task in tasks for name, hits in right.items()}
    spec = [{"data": {"checksum": f"fold-{k % folds}", "fold": [k % folds, folds]}} for k in range(99)]
    beside = {cell: [{"spec": spec[k]} for k in range(len(own))] for cell, own in skills.items()}
    found = trials(folder, skills, beside=beside)
    for task in tasks:
        del TASKS[task], BASELINES[task]  # other tests go through all of them
    stored = {
        f"fold-{k}": {"cluster": own, "unit": np.array(unit), "trivial": trivial, **{n: a[k] for n, a in facts.items()}}
        for k, own in enumerate(every)
    }
    hits = {f"{task}/{name}/trial-{k:03d}": row for task, name in skills for k, row in enumerate(right[name])}
    found.items = lambda name, checksum: stored.get(checksum, {})
    found.predictions = lambda run: {"items": hits[run]} if run in hits else {}
    return found


def nearly_alike(*names: str) -> dict[str, np.ndarray]:
    """Return architecture -> which of 60 examples each of its 24 trials gets right (24, 60), nearly the same.

    So intervals for other trials are narrow, and those for other test examples are wide.
    """
    random = np.random.default_rng(2)
    right = {name: np.tile(random.random(60) < 0.8, (24, 1)).astype(float) for name in names}
    for hits in right.values():
        hits[np.arange(24), random.integers(0, 60, 24)] = 1
    return right


def _results(folder: Path, role: str, skills: Any, beside: Any, experiment: dict[str, Any]) -> Any:
    tasks, names = ([*dict.fromkeys(part)] for part in zip(*skills, strict=True))
    found = Results(Store(folder))
    found.experiment = ExperimentInfo(**{"name": "quick", "tasks": tasks, "architectures": names} | experiment)
    found.tasks = {task: TaskInfo(**{"name": task, "sweep": task} | TASKS[task]) for task in tasks}
    found.families = {task: facts.family for task, facts in found.tasks.items()}
    found.records = [
        Record(**_run(*cell, role, index, skill, **(beside[cell][index] if cell in beside else {})))
        for cell, values in skills.items()
        for index, skill in enumerate(values)
    ]
    return found


def _run(
    task: str, name: str, role: str, index: int, skill: float | None, validation: float | None = None,
    rival: float | None = None, loss: float | None = None, cpu: float | None = None, **changes: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return the fields of a run that an analysis reads."""
    metric, perfect, base = TASKS[task]["metric"], TASKS[task]["perfect"], BASELINES[task]

    def scored(worth: float) -> dict[str, float]:
        return {metric: base + float(worth) * (perfect - base)}

    splits = {"test": skill, "validation": skill if validation is None else validation}
    return {
        "id": f"{task}/{name}/{role}-{index:03d}", "task": task, "architecture": name, "role": role, "index": index,
        "status": "diverged" if skill is None else "ok", "baseline": {split: {metric: base} for split in splits},
        "metrics": {} if skill is None else {split: scored(worth) for split, worth in splits.items()},
        "trained_baseline": {} if rival is None else {"test": scored(rival)},
        "history": {} if loss is None else {"loss": [loss]}, "trivial_loss": None if loss is None else 1.0,
        "seconds": {"fit": 3.0} if cpu is None else {"fit": cpu, "cpu": cpu},
    } | changes  # fmt: skip
