"""Results: a results folder as tidy pandas frames, for reports and notebooks."""

import copy
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product

import pandas as pd

from suite import statistics
from suite.results import runs
from suite.results.folders import store_of
from suite.results.remember import remember
from suite.results.stored import Stored

SUMMARY = (
    "task", "architecture", "metric", "n", "failed", "mean", "low", "high", "median", "iqm",
    "skill", "baseline", "trained_baseline", "weights", "seconds",
)  # fmt: skip
METRICS = ("task", "architecture", "index", "metric", "score", "baseline", "trained_baseline")
# attributes that do not depend on which tasks and roles are shown
WHOLE = {"store", "unreadable", "experiment", "tasks", "families", "records", "checksums"}


def load(directory: str | os.PathLike[str]) -> "Results":
    """Return the results in `results/<experiment>`; raise RequestError if there are none."""
    return Results(store_of(directory))


class Results(Stored):
    """The results of an experiment as data frames, each computed on first use from the files that `Stored` reads."""

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run, with the columns of runs.csv.

        `score`: on validation data for trials, on test data for all other runs. `seconds`: the training time. `skill`:
        (score - baseline) / (perfect - baseline) with the baseline on the same data; NaN for failed runs.
        """
        return self.evidence.drop(columns=list(runs.BESIDE))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The runs with the further columns that verdicts need, such as both baselines' scores, flags and errors."""
        return runs.frame(self.records, self.task)

    @cached_property
    def finals(self) -> pd.DataFrame:
        """The evidence of the final runs, including failed runs."""
        return self.evidence[self.evidence["role"] == "final"]

    def by_role(self, task: str, role: str, architecture: str | None = None) -> pd.DataFrame:
        """Return the evidence of a task's runs in a role, or of one architecture's runs on the task."""
        key = (role, task, *([architecture] if architecture else []))
        if key not in self._parts:
            places = self._groups.get(key) or [-1]
            together = places[-1] - places[0] == len(places) - 1  # a slice of the rows is no copy
            self._parts[key] = self.evidence.iloc[slice(places[0], places[-1] + 1) if together else places]
        return self._parts[key]

    def finals_of(self, task: str, architecture: str | None = None) -> pd.DataFrame:
        """Return the evidence of a task's final runs, or of one architecture's final runs on the task."""
        return self.by_role(task, "final", architecture)

    def trials_of(self, task: str, architecture: str) -> pd.DataFrame:
        """Return the evidence of an architecture's trials on a task."""
        return self.by_role(task, "trial", architecture)

    @cached_property
    def made(self) -> Counter[tuple[str, str, str]]:
        """(task, architecture, role) -> number of runs done, including failed runs."""
        return Counter(zip(self.runs["task"], self.runs["architecture"], self.runs["role"], strict=True))

    @cached_property
    def flags(self) -> dict[tuple[str, str, str], tuple[Counter[str], int]]:
        """(task, architecture, role) -> how many runs with a score carry each flag, and how many runs have a score."""
        found: dict[tuple[str, str, str], tuple[Counter[str], int]] = {}
        scored = self.evidence.dropna(subset="score")
        for task, architecture, role, flags in scored[["task", "architecture", "role", "flags"]].values:
            counts, n = found.get((task, architecture, role), (Counter(), 0))
            found[task, architecture, role] = counts + Counter(flags), n + 1
        return found

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], pd.DataFrame]:
        """The parts of the evidence that were needed before, by (role, task) and by (role, task, architecture)."""
        return {}

    @cached_property
    def _groups(self) -> dict[tuple[str, ...], list[int]]:
        """The places of the rows of the evidence by (role, task), and by (role, task, architecture)."""
        found: dict[tuple[str, ...], list[int]] = {}
        columns = (self.evidence[name].to_numpy() for name in ("role", "task", "architecture"))
        for place, key in enumerate(zip(*columns, strict=True)):
            for few in (key[:2], key):
                found.setdefault(few, []).append(place)
        return found

    @remember()
    def by_seed(self, task: str, column: str) -> pd.DataFrame:
        """Return a column of a task's final runs: one row per seed (the run's index), one column per architecture.

        Architectures without any value have no column.
        """
        table = self.finals_of(task).set_index(["index", "architecture"])[column].unstack()
        known = table.dropna(axis="columns", how="all")
        return known[[name for name in self.architectures if name in known]]

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """One row per metric of each final run on the test data, with both baselines' scores on the same data."""
        rows = [
            (*record.cell, record.index, metric, score, *record.baseline_scores(metric))
            for record in self.records
            if record.role == "final"
            for metric, score in (record.metrics.get("test") or {}).items()
        ]
        return pd.DataFrame(rows, columns=METRICS).astype(dict.fromkeys(METRICS[4:], float))

    def scale(self, task: str) -> str:
        """Return a task's headline metric, its unit and its direction: "mse in squared units, lower is better"."""
        facts = self.task(task)
        if not facts.metric:
            return "metric unknown, task.json is missing"
        unit = facts.headline.unit(facts.unit)
        return f"{facts.metric}{f' in {unit}' if unit else ''}, {facts.direction} is better"

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per cell, computed from its final runs, with the columns of summary.csv; n is 0 without runs.

        `low`, `high`: the 95 % interval of the mean score (bootstrap-t, cut at the range of the metric). `weights`: the
        median. `skill`, `seconds` and the baselines: means over the runs with a score. `failed`: the number of other
        runs.
        """
        cells = product(self.task_names, self.architectures)
        return pd.DataFrame([self._summary_row(*cell, self.finals_of(*cell)) for cell in cells], columns=SUMMARY)

    def summary(self) -> pd.DataFrame:
        """Return a copy of `cells`."""
        return self.cells.copy()

    def only(self, tasks: Sequence[str], role: str | None) -> "Results":
        """Return these results with only `tasks` and one role, or all roles for None.

        Architectures keep their order, and so their colours.
        """
        part = copy.copy(self)
        for name in set(vars(part)) - WHOLE:
            vars(part).pop(name)
        part.architectures, part.role = self.architectures, role
        chosen = self.evidence["task"].isin(tasks) & (self.evidence["role"].eq(role) | (role is None))
        part.evidence = self.evidence[chosen]
        if role != "trial":
            part.cells = self.cells[self.cells["task"].isin(tasks)]
        part.task_names = [task for task in self.task_names if task in tasks]
        part.tasks = {task: facts for task, facts in self.tasks.items() if task in tasks}
        part.records = [one for task in part.task_names for one in self.records_of(task) if role in (None, one.role)]
        return part

    def first(self, task: str, trials: int) -> "Results":
        """Return these results with only the first `trials` trials of each cell of a task, as they were at a look."""
        part = self.only([task], "trial")
        part.checksums = {}
        part.evidence = part.evidence[part.evidence["index"] < trials]
        part.records = [record for record in part.records if record.index < trials]
        return part

    def _summary_row(self, task: str, architecture: str, finals: pd.DataFrame) -> tuple:
        scored = finals.dropna(subset="score")
        mean, low, high, n = statistics.bootstrap_t(scored["score"])
        low, high = self.headline(task).within_range(low, high)
        middle = (scored["score"].median(), statistics.interquartile_mean(scored["score"]))
        beside = scored[["skill", "baseline", "trained_baseline"]].mean()
        cost = (scored["weights"].median(), scored["seconds"].mean())
        metric, failed = self.task(task).metric, len(finals) - n
        return (task, architecture, metric, n, failed, mean, low, high, *middle, *beside, *cost)

    def sweep(self, name: str) -> pd.DataFrame:
        """Return the rows of `cells` that have scores in a sweep, sorted by length, with a column `length`."""
        lengths = {task: self.task(task).length for task in self.over_length(self.tasks).get(name, ())}
        cells = self.cells.assign(length=self.cells["task"].map(lengths).astype(float))
        return cells.dropna(subset=["length", "mean"]).sort_values("length")

    def histories(self, task: str, prefix: str = "") -> pd.DataFrame:
        """Return the headline metric of each epoch of a task's successful final runs.

        Columns: architecture, run, epoch (from 1), score. `prefix`: "val_" selects validation data.
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
        """Return two lists with one item per final run on tasks of a sweep: the length, and whether it was solved.

        A failed run did not solve its task. Tasks without a length or a threshold are left out.
        """
        lengths, solved = [], []
        for task in tasks:
            facts = self.task(task)
            if facts.length is None or facts.solved is None:
                continue
            hits = facts.headline.solved(self.finals_of(task, architecture)["score"], facts.solved)
            lengths += [int(facts.length)] * len(hits)
            solved += [bool(hit) for hit in hits]
        return lengths, solved

    def gradients(self, task: str) -> pd.DataFrame:
        """Return the ratios of state gradients (`suite.training.gradients`) measured by a task's successful final runs.

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
