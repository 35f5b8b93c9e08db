"""Results: a results folder as tidy pandas frames, for the report and for notebooks."""

import copy
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.errors import RequestError
from suite.results.record import Record
from suite.results.store import Store
from suite.results.stored import Stored

COLUMNS = (
    "id", "task", "architecture", "role", "index", "seed", "status",
    "metric", "score", "skill", "weights", "best_epoch", "epochs", "seconds",
)  # fmt: skip
BESIDE = (
    "baseline", "trained_baseline", "trained_skill", "flags", "error", "budget", "clipped", "predict_1", "predict_64",
)  # fmt: skip
NUMBERS = (
    "score", "skill", "weights", "best_epoch", "epochs", "seconds",
    "baseline", "trained_baseline", "trained_skill", "budget", "clipped", "predict_1", "predict_64",
)  # fmt: skip
# columns that are a field of the record
STORED = (
    "id", "task", "architecture", "role", "index", "seed", "status", "weights", "best_epoch", "epochs", "error",
    "clipped",
)  # fmt: skip
SUMMARY = (
    "task", "architecture", "metric", "n", "failed", "mean", "low", "high", "median", "iqm",
    "skill", "baseline", "trained_baseline", "weights", "seconds",
)  # fmt: skip

METRICS = ("task", "architecture", "index", "metric", "score", "baseline", "trained_baseline")
KEPT = {"store", "unreadable", "experiment", "tasks", "records", "checksums"}


def load(directory: str | os.PathLike) -> "Results":
    """The results in `results/<experiment>`; raises RequestError when there are none."""
    return Results(store_of(directory))


def store_of(directory: str | os.PathLike) -> Store:
    """The store of a folder that holds results; raises RequestError when it holds none."""
    store = Store(directory)
    if not Path(directory).is_dir():
        raise RequestError(f"no results in '{directory}': run an experiment first, or name the folder it wrote")
    if not store.path("experiment").exists() and not store.record_paths():
        raise RequestError(f"'{directory}' holds no experiment: expected experiment.json or records in it")
    return store


class Results(Stored):
    """What an experiment left behind, as tables; see `suite.results.stored.Stored` for what they are made of."""

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, columns as in runs.csv: `score` is the test score of finals, the validation score of trials.

        `skill` is (score - baseline) / (perfect - baseline) with the baseline of the same data; NaN for failed runs.
        `seconds` are those of the training.
        """
        return self.evidence.drop(columns=list(BESIDE))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The runs with what a verdict needs besides: both baselines' scores, the trained one's skill, flags, error."""
        rows = [self._row(record) for record in self.records]
        searched = sorted({key for row in rows for key in row} - {*COLUMNS, *BESIDE})
        return pd.DataFrame(rows, columns=[*COLUMNS, *BESIDE, *searched]).astype(dict.fromkeys(NUMBERS, float))

    @cached_property
    def finals(self) -> pd.DataFrame:
        """The evidence of the final runs, failed ones included."""
        return self.evidence[self.evidence["role"] == "final"]

    def finals_of(self, task: str, architecture: str | None = None) -> pd.DataFrame:
        """The evidence of the final runs of a task, or of one of its cells."""
        return self._finals_by.get((task, architecture), self.finals.iloc[:0])

    def trials_of(self, task: str, architecture: str) -> pd.DataFrame:
        """The evidence of a cell's search runs."""
        return self._trials_by.get((task, architecture), self.evidence.iloc[:0])

    @cached_property
    def made(self) -> Counter[tuple[str, str, str]]:
        """By task, architecture and role: how many runs were made, failed ones included."""
        return Counter(zip(self.runs["task"], self.runs["architecture"], self.runs["role"], strict=True))

    @cached_property
    def flags(self) -> dict[tuple[str, str, str], tuple[Counter[str], int]]:
        """By task, architecture and role: how many runs with a score carry each flag, and how many there are."""
        found: dict[tuple[str, str, str], tuple[Counter[str], int]] = {}
        scored = self.evidence.dropna(subset="score")
        for *cell, flags in scored[["task", "architecture", "role", "flags"]].values:
            counts, n = found.get(tuple(cell), (Counter(), 0))
            found[tuple(cell)] = counts + Counter(flags), n + 1
        return found

    @cached_property
    def _trials_by(self) -> dict[tuple[str, str], pd.DataFrame]:
        trials = self.evidence[self.evidence["role"] == "trial"]
        return dict(iter(trials.groupby(["task", "architecture"], sort=False)))

    @cached_property
    def _finals_by(self) -> dict[tuple[str, str | None], pd.DataFrame]:
        tasks = {(task, None): runs for task, runs in self.finals.groupby("task", sort=False)}
        return tasks | dict(iter(self.finals.groupby(["task", "architecture"], sort=False)))

    def by_seed(self, task: str, column: str) -> pd.DataFrame:
        """A column of the final runs of a task, a row a seed (index of the run), a column an architecture with any."""
        if (task, column) not in self._tables:
            table = self.finals_of(task).set_index(["index", "architecture"])[column].unstack()
            known = table.dropna(axis="columns", how="all")
            self._tables[task, column] = known[[name for name in self.architectures if name in known]]
        return self._tables[task, column]

    @cached_property
    def _tables(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {}

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Every metric of the final runs on the test split, a row each, with both baselines' on the same data."""
        rows = [
            (*record.cell, record.index, metric, score, *record.baseline_scores(metric))
            for record in self.records
            if record.role == "final"
            for metric, score in (record.metrics.get("test") or {}).items()
        ]
        return pd.DataFrame(rows, columns=METRICS).astype(dict.fromkeys(METRICS[4:], float))

    def scale(self, task: str) -> str:
        """A task's headline metric and which scores are better, in words."""
        facts = self.task(task)
        if not facts.metric:
            return "metric unknown, task.json is missing"
        return f"{facts.metric}, {facts.direction} is better"

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell, columns as in summary.csv, from its final runs; cells without a run have n = 0.

        `low` and `high` bound the mean score with 95 % (bootstrap-t, cut at the range of the metric). `weights` is the
        median; `skill`, `seconds` and the baselines are means over the runs with a score; `failed` counts the others.
        """
        rows = [
            self._summary_row(*cell, self.finals_of(*cell)) for cell in product(self.task_names, self.architectures)
        ]
        return pd.DataFrame(rows, columns=SUMMARY)

    def summary(self) -> pd.DataFrame:
        """A copy of the table of cells, to work on."""
        return self.cells.copy()

    def only(self, tasks: Sequence[str], role: str) -> "Results":
        """These results without other tasks and roles; architectures keep their order, and so their colours."""
        part = copy.copy(self)
        for name in set(vars(part)) - KEPT:
            vars(part).pop(name)
        part.architectures, part.role = self.architectures, role
        part.evidence = self.evidence[self.evidence["task"].isin(tasks) & (self.evidence["role"] == role)]
        if role == "final":
            part.cells = self.cells[self.cells["task"].isin(tasks)]
        part.task_names = [task for task in self.task_names if task in tasks]
        part.tasks = {task: facts for task, facts in self.tasks.items() if task in tasks}
        part.records = [one for task in part.task_names for one in self.records_of(task) if one.role == role]
        return part

    def _summary_row(self, task: str, architecture: str, finals: pd.DataFrame) -> tuple:
        facts = self.task(task)
        runs = finals.dropna(subset="score")
        mean, low, high, n = statistics.bootstrap_t(runs["score"])
        low, high = self.headline(task).within_range(low, high)
        middle = (runs["score"].median(), statistics.interquartile_mean(runs["score"]))
        beside = runs[["skill", "baseline", "trained_baseline"]].mean()
        cost = (runs["weights"].median(), runs["seconds"].mean())
        return (task, architecture, facts.metric, n, len(finals) - n, mean, low, high, *middle, *beside, *cost)

    def sweep(self, name: str) -> pd.DataFrame:
        """The summary of the cells of one sweep that have scores, with a column `length`, in the order of length."""
        lengths = {task: facts.length for task, facts in self.tasks.items() if facts.sweep == name}
        cells = self.cells.assign(length=lambda cells: cells["task"].map(lengths).astype(float))
        return cells.dropna(subset=["length", "mean"]).sort_values("length")

    def histories(self, task: str, prefix: str = "") -> pd.DataFrame:
        """The headline metric by epoch of the successful final runs; `prefix` "val_" for that on validation data.

        Columns: architecture, run, epoch (from 1), score.
        """
        key = f"{prefix}{self.task(task).metric}"
        rows = [
            (record.architecture, record.id, epoch, score)
            for record in self.records_of(task)
            if record.role == "final" and record.ok
            for epoch, score in enumerate(record.history.get(key) or (), start=1)
        ]
        return pd.DataFrame(rows, columns=["architecture", "run", "epoch", "score"]).astype({"score": float})

    def solved(self, tasks: Iterable[str], architecture: str) -> tuple[list[int], list[bool]]:
        """Of an architecture's final runs on tasks of a sweep: the length of each, and whether it solved its task.

        A failed run did not. Tasks without a length or a threshold have none.
        """
        lengths, solved = [], []
        for task in tasks:
            facts = self.task(task)
            if facts.length is None or facts.solved is None:
                continue
            scores = self.finals_of(task, architecture)["score"]
            hits = self.headline(task).solved(scores, facts.solved)
            lengths += [int(facts.length)] * len(hits)
            solved += [bool(hit) for hit in hits]
        return lengths, solved

    def gradients(self, task: str) -> pd.DataFrame:
        """The ratios of state gradients (`suite.training.gradients.by_lag`) of the successful final runs of a task.

        Columns: architecture, index, when ("start" or "kept" weights), lag (steps before the end), ratio.
        """
        rows = [
            (record.architecture, record.index, when, int(lag), ratio)
            for record in self.records_of(task)
            if record.role == "final" and record.ok
            for when, ratios in record.gradients.items()
            for lag, ratio in (ratios or {}).items()
        ]
        table = pd.DataFrame(rows, columns=["architecture", "index", "when", "lag", "ratio"]).astype({"ratio": float})
        return table.dropna(subset="ratio").sort_values(
            "architecture", key=lambda names: names.map(self.architectures.index), kind="stable"
        )

    def _row(self, record: Record) -> dict[str, Any]:
        task = self.task(record.task)
        score, (baseline, trained) = record.score(task.metric), record.baseline_scores(task.metric)
        row = {key: getattr(record, key) for key in STORED}
        row |= {"metric": task.metric, "score": score, "skill": skill(score, baseline, task.perfect)}
        row |= {"baseline": baseline, "trained_baseline": trained}
        row |= {"trained_skill": skill(trained, baseline, task.perfect), "flags": tuple(record.flags)}
        row |= {"budget": (record.spec.get("budget") or {}).get("epochs"), "seconds": record.seconds.get("fit")}
        row |= {key: record.seconds.get(key) for key in ("predict_1", "predict_64")}
        return row | {f"hp.{name}": value for name, value in record.hyperparameters.items()}


def skill(score: float | None, baseline: float | None, perfect: float | None) -> float:
    """(score - baseline) / (perfect - baseline): 0 is the baseline, 1 is perfect; NaN where one is unknown."""
    if score is None or baseline is None or perfect is None or baseline == perfect:
        return np.nan
    return (score - baseline) / (perfect - baseline)
