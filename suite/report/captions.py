"""Captions: what each figure shows, and in words what is seen in it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from suite.analysis.predictions import answered, confusion
from suite.report.figures.costs import mean_cells, pareto
from suite.report.figures.examples import missed_pictures
from suite.report.figures.gradients import WHEN
from suite.report.figures.predictions import LEAST_SHARE
from suite.results.results import Results
from suite.text import listed, number, percent, several

TITLES = {
    "examples": "What goes in",
    "scores": "Score of every run",
    "overview": "Scores and learning curves",
    "learning-curves": "Learning curves",
    "gradients": "How far gradients reach",
    "confusion": "What is taken for what",
    "calibration": "Calibration",
    "missed": "What every run gets wrong",
    "predictions": "Predicted against true values",
    "lengths": "Score and sequence length",
    "hyperparameters": "Hyperparameters and validation score",
    "budgets": "Expected best score by budget",
    "costs": "Cost and score",
    "overall-costs": "Cost and skill over all tasks",
    "aggregate": "Aggregate skill",
    "profiles": "Performance profiles",
    "improvements": "Probability of improvement",
    "ranks": "Critical differences",
}
CAPTIONS = {
    "examples": "The first training examples, as they are stored with the results. Many channels are a picture over "
    "time, few are lines, tokens are their numbers.",
    "scores": "Test score of every final run; beside them the mean with its 95 % interval (bootstrap-t). Lines: "
    "trivial baseline, trained baseline and, where it is known, the best possible score.",
    "overview": "Left: test score of every final run, and the means with 95 % intervals (bootstrap-t). Right: "
    "validation score by epoch, every run thin, the median bold. Lines: the baselines' test scores.",
    "learning-curves": "Headline metric of the final runs by epoch: every run thin, the median bold as long as all "
    "runs of its architecture train. Lines: the baselines' test scores. Failed runs are not drawn.",
    "gradients": "Norm of the loss gradient at the recurrent state some steps before the end, divided by that at the "
    "end, on training examples. Every run thin, bold the geometric mean of the runs in which something is left; where "
    "nothing is, nothing is drawn.",
    "confusion": "Share of each true class by answer, in per cent, all final runs of an architecture together; shares "
    "below 0.5 % are left blank.",
    "calibration": "How often the answers are right, by the probability the model gives them, all final runs of an "
    "architecture together; larger marks stand for more answers.",
    "missed": "Test examples that no final run got right, each by its place in the test split (from 0), its true class "
    "and the commonest answer; many channels are a picture over time, few are lines. Input as the models read it.",
    "predictions": "Left: values of one final run of each architecture, true ones on the line. Right, for a series: "
    "the last steps of the test split, the mean of the final runs.",
    "aggregate": "Interquartile mean of the skill of all final runs with its 95 % interval (stratified bootstrap: runs "
    "are drawn anew within each task; the tasks are taken as given).",
    "profiles": "Share of final runs whose skill is above each value, a mean over tasks, with 95 % bands (stratified "
    "bootstrap). A curve that lies above another everywhere is better at every level.",
    "improvements": "Probability that a random final run of one architecture is better than one of another on the same "
    "task, a mean over tasks, with 95 % intervals (stratified bootstrap); not corrected for the number of pairs.",
    "ranks": "Mean rank of the mean skill over tasks. A bar joins architectures that no signed-rank test (Wilcoxon, "
    "corrected by Holm) tells apart.",
    "lengths": "Mean test score with its 95 % interval for each length of a sweep.",
    "hyperparameters": "Validation score of every search run by each hyperparameter that varied. A cross at the foot "
    "of a panel is a run without a score.",
    "budgets": "Expected best validation score of a random search with so many trials, the default configuration "
    "always among them, up to those made, with 95 % bands over resampled trials (Dodge et al. 2019); left by trials, "
    "right by the seconds that so many train on this machine. Where two curves cross, the ranking depends on the "
    "budget.",
    "overall-costs": "Mean skill of every architecture over the tasks where all have one, against the mean of its "
    "trainable weights and of the seconds its training took on this machine. The dotted line joins what nothing else "
    "beats in both means; it takes no notice of their intervals.",
    "costs": "Test score of every final run and the means with 95 % intervals against the trainable weights of the "
    "whole model and the seconds its training took on this machine. The dotted steps join what nothing else beats in "
    "both means; where intervals overlap, other seeds may order them otherwise.",
}


def caption(kind: str, results: Results, subjects: Sequence[str]) -> str:
    """What a figure shows; of sweeps with a single length, that no trend can be seen."""
    single = [name for name in subjects if kind == "lengths" and results.sweep(name)["length"].nunique() == 1]
    remark = f" Only one length of {listed(single)} was run, so that no trend can be seen." if single else ""
    return CAPTIONS[kind] + remark


def examples_in_words(results: Results, task: str) -> str:
    """How many examples, and how large they are."""
    facts = results.task(task)
    signature = facts.signature
    steps, features = signature.get("length"), signature.get("features")
    size = f" of up to {steps} steps" if steps else ""
    return f"{task}: {several(len(facts.examples), 'training example')}{size}, {_kind(features)}."


def _kind(features: int | None) -> str:
    return "tokens" if features is None else several(features, "channel")


def curves_in_words(results: Results, task: str) -> str:
    """The median over runs of the best validation score, by architecture."""
    curves = results.histories(task, "val_").dropna(subset="score")
    best = curves.groupby(["architecture", "run"])["score"].agg(results.headline(task).best)
    medians = best.groupby("architecture").median()
    return f"{task}, best validation {results.task(task).metric} of the median run: {_by_name(medians)}."


def gradients_in_words(results: Results, task: str) -> str:
    """The mean ratio that is drawn at the longest lag, at the start and with the kept weights, by architecture."""
    found = results.gradients(task)
    last = found[found["lag"] == found["lag"].max()]
    means = last.groupby(["when", "architecture"], sort=False)["ratio"].agg(_geometric)
    each = [f"{words} {_by_name(means[when])}" for when, words in WHEN.items() if when in means]
    what = f"gradient {found['lag'].max()} steps before the end over that at the end, geometric mean"
    return f"{task}, {what}: {'; '.join(each)}."


def _geometric(ratios: pd.Series) -> float:
    """The geometric mean of those above 0; 0 where none is."""
    left = ratios[ratios > 0]
    return float(np.exp(np.log(left).mean())) if len(left) else 0.0


def confusion_in_words(results: Results, task: str) -> str:
    """The commonest confusion of each architecture, unless it is too rare to be drawn."""
    runs, each = answered(results, task), []
    for name in results.architectures:
        if own := [run for run in runs if run.architecture == name]:
            shares = np.nan_to_num(confusion(own))
            np.fill_diagonal(shares, 0)
            true, taken = np.unravel_index(shares.argmax(), shares.shape)
            said = f"class {true} taken for {taken} ({percent(shares[true, taken])} of class {true})"
            each.append(f"{name} {said if shares[true, taken] >= LEAST_SHARE else 'none to speak of'}")
    return f"{task}, commonest confusion: {'; '.join(each)}."


def missed_in_words(results: Results, task: str) -> str:
    """Place, class and commonest answer of what is drawn."""
    each = (
        f"{one['place']}, class {one['target']} taken for {one['answer']}" for one in missed_pictures(results, task)
    )
    return f"{task}, test examples that no run got right, by place: {'; '.join(each)}."


def calibration_in_words(results: Results, task: str) -> str:
    """Mean calibration error by architecture."""
    found = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == "calibration_error")]
    means = found.groupby("architecture", sort=False)["score"].mean().dropna()
    return f"{task}, mean calibration error (lower is better): {_by_name(means) or 'not known'}."


def predicted_in_words(results: Results, task: str) -> str:
    """Mean R2 against the trivial baseline by architecture."""
    found = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == "r2")]
    means = found.groupby("architecture", sort=False)["score"].mean().dropna()
    return f"{task}, mean R2 against the trivial baseline (higher is better): {_by_name(means) or 'not known'}."


def hyperparameters_in_words(results: Results, task: str) -> str:
    """The best search run of each architecture, with its learning rate where that is known."""
    trials = results.evidence[(results.evidence["task"] == task) & (results.evidence["role"] == "trial")]
    lower = results.headline(task).direction == "lower"
    best = (
        trials.sort_values(["budget", "score"], ascending=[False, lower])
        .dropna(subset="score")
        .drop_duplicates("architecture")
    )
    rates = pd.to_numeric(best.get("hp.learning_rate", pd.Series(index=best.index)), errors="coerce")
    each = [
        f"{name} {number(score)}" + (f" with learning rate {number(rate)}" if pd.notna(rate) else "")
        for name, score, rate in zip(best["architecture"], best["score"], rates, strict=True)
    ]
    return f"{task}, best search runs: {listed(each) or 'none with a score'}."


def budgets_in_words(curves: pd.DataFrame, task: str) -> str:
    """Expected best with one trial and with all."""
    cells = curves[curves["task"] == task].groupby("architecture", sort=False)["expected"]
    ends = [(name, number(best.iloc[0]), number(best.iloc[-1]), len(best)) for name, best in cells]
    each = [f"{name} {first} with one trial, {last} with {count}" for name, first, last, count in ends]
    return f"{task}, expected best validation score: {'; '.join(each)}."


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
    """Mean seconds of training by architecture, and which of them nothing else beats in score and seconds."""
    cells = results.cells[results.cells["task"] == task]
    seconds = cells.set_index("architecture")["seconds"].dropna()
    front = listed(pareto(cells, "seconds")["architecture"])
    best = f"; by means, nothing beats {front} in both score and time" if front else ""
    return f"{task}, mean seconds of training a run: {_by_name(seconds) or 'not known'}{best}."


def overall_costs_in_words(results: Results, tasks: Sequence[str]) -> str:
    """Mean skill and seconds by architecture, and which of them nothing else beats in both."""
    means = mean_cells(results, tasks)
    each = [
        f"{one.architecture} skill {number(one.skill, 0.02)}, {number(one.seconds)} s" for one in means.itertuples()
    ]
    front = listed(pareto(means, "seconds")["architecture"])
    return f"{'; '.join(each)}. By means, not beaten in both: {front or 'none'}."


def _by_name(values: pd.Series) -> str:
    return listed(f"{name} {number(value)}" for name, value in values.items())
