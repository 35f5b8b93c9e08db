"""Captions: what each figure shows, and in words what is seen in it."""

from collections.abc import Sequence

import pandas as pd

from suite.results import Results
from suite.wording import listed, number

TITLES = {
    "scores": "Score by task and architecture",
    "learning-curves": "Learning curves",
    "hyperparameters": "Hyperparameters and validation score",
    "lengths": "Score and sequence length",
    "costs": "Cost and score",
}
CAPTIONS = {
    "scores": "Test score of every final run; beside them the mean with its 95 % interval (bootstrap-t). Lines: "
    "trivial baseline, trained baseline and, where it is known, the best possible score.",
    "learning-curves": "Headline metric of the final runs by epoch. Median and quartiles are drawn as long as all runs "
    "of a cell train; beyond, each run that trains on is a thin line, so that no curve moves because another run "
    "stopped. Failed runs are not drawn.",
    "hyperparameters": "Validation score of every search run by each hyperparameter that varied. A cross at the foot "
    "of a panel is a run without a score.",
    "lengths": "Mean test score with its 95 % interval for each length of a sweep.",
    "costs": "Test score of every final run against the trainable weights of the whole model and the seconds its "
    "training took.",
}


def caption(kind: str, results: Results, subjects: Sequence[str]) -> str:
    """What a figure shows; of sweeps with a single length, that no trend can be seen."""
    single = [name for name in subjects if kind == "lengths" and results.sweep(name)["length"].nunique() == 1]
    remark = f" Only one length of {listed(single)} was run, so that no trend can be seen." if single else ""
    return CAPTIONS[kind] + remark


def curves_in_words(results: Results, task: str) -> str:
    """The median over runs of the best validation score, by architecture."""
    curves = results.histories(task, "val_").dropna(subset="score")
    lower = results.tasks[task].get("direction") == "lower"
    best = curves.groupby(["architecture", "run"])["score"].agg("min" if lower else "max")
    medians = best.groupby("architecture").median()
    return f"{task}, best validation {results.tasks[task]['metric']} of the median run: {_by_name(medians)}."


def hyperparameters_in_words(results: Results, task: str) -> str:
    """The best search run of each architecture, with its learning rate where that is known."""
    trials = results.evidence[(results.evidence["task"] == task) & (results.evidence["role"] == "trial")]
    lower = results.tasks[task].get("direction") == "lower"
    best = trials.sort_values("score", ascending=lower).dropna(subset="score").drop_duplicates("architecture")
    rates = pd.to_numeric(best.get("hp.learning_rate", pd.Series(index=best.index)), errors="coerce")
    each = [
        f"{name} {number(score)}" + (f" with learning rate {number(rate)}" if pd.notna(rate) else "")
        for name, score, rate in zip(best["architecture"], best["score"], rates, strict=True)
    ]
    return f"{task}, best search runs: {listed(each) or 'none with a score'}."


def lengths_in_words(results: Results, sweep: str) -> str:
    """Mean scores by architecture and length."""
    cells = results.sweep(sweep)
    means = {name: cell.set_index("length")["mean"] for name, cell in cells.groupby("architecture", sort=False)}
    each = [
        f"{name} {listed(f'{number(mean)} at {length:g} steps' for length, mean in levels.items())}"
        for name, levels in means.items()
    ]
    return f"{sweep}, mean {cells['metric'].iloc[0]}: {'; '.join(each)}."


def costs_in_words(results: Results, task: str) -> str:
    """Mean seconds of training by architecture."""
    cells = results.cells[results.cells["task"] == task].set_index("architecture")["seconds"].dropna()
    return f"{task}, mean seconds of training a run: {_by_name(cells) or 'not known'}."


def _by_name(values: pd.Series) -> str:
    return listed(f"{name} {number(value)}" for name, value in values.items())
