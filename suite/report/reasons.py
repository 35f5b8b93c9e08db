"""Reasons: why a task came out as it did, and what to try next: rules on the records, each with its numbers."""

from collections.abc import Callable, Iterator
from statistics import fmean

import numpy as np
import pandas as pd
from scipy import stats

from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.flags import share_of_runs, shares
from suite.analysis.replicates import TRAINED, own_runs
from suite.analysis.rivals import definite, opponent
from suite.report.expected_scores import baselines
from suite.report.naming import capital
from suite.results.record import Record
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.runs import skill
from suite.tasks.trained_baselines import TRAINED as KNOWN
from suite.text import interval, number, percent

MOST = 2  # sentences for each task
OVERFIT = 0.2  # a larger loss of skill from training to test data is worth a sentence
MOSTLY = 0.5
FAILS, WORKS = 0.1, 0.5  # skills
SURE = 0.01  # one value of a hyperparameter decides if its p-value is lower
MOST_VALUES = 6  # of a hyperparameter that may decide
VANISHED = 1e-3

Rule = Callable[[Results, str], Iterator[tuple[float, str]]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Register a rule: it yields (how strong, sentence) for the architectures of a task that it fits."""
    RULES.append(function)
    return function


@remember()
def reasons(results: Results, task: str) -> list[str]:
    """Return at most MOST sentences on a task, the strongest of each rule, in the order of the rules."""
    found = [max(own) for each in RULES if (own := list(each(results, task)))]
    return [capital(sentence) for _, sentence in found[:MOST]]


@rule
def stuck(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """The training loss of most chosen runs stayed that of a constant prediction."""
    epochs = results.experiment.epochs
    longer = f"longer training (--epochs {2 * epochs}), " if epochs else ""
    for name in own_runs(results, task).architectures:
        share = shares(results, task, name).get("never-left-start", 0.0)
        if share > MOSTLY:
            yield (
                share,
                f"{results.the(name)} never began to learn in {share_of_runs(results, task, share)}: its training loss "
                f"stayed that of a constant prediction. Next: {longer}other learning rates, or another start of its "
                "weights.",
            )


@rule
def overfitting(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """The score on training data is far better than that on test data."""
    base, perfect, metric = baselines(results, task)[0], results.task(task).perfect, results.headline(task).name
    for name in own_runs(results, task).architectures:
        trained = _mean(results, task, name, lambda record: _trained(record, metric))
        tested = _mean(results, task, name, lambda record: record.score(metric, "test"))
        lost = skill(trained, base, perfect) - skill(tested, base, perfect)
        if lost > OVERFIT:
            yield (
                lost,
                f"{results.the(name)} reaches {metric.replace('_', ' ')} {number(trained, 0.02)} in training, but "
                f"{number(tested, 0.02)} on test data: it fits its examples far better than new ones. Next: more "
                "training examples, more dropout, or fewer weights.",
            )


@rule
def repaired(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """The default configuration fails, and one value of a hyperparameter decides whether a trial works."""
    runs = results.evidence[(results.evidence["task"] == task)]
    for name, own in runs.groupby("architecture", sort=False):
        default = own.loc[own["role"] == "control", "skill"].mean()
        trials = own[own["role"] == "trial"]
        works = trials["validation_skill"] > WORKS
        if default < FAILS and works.any():
            yield from _decided(results, str(name), default, trials, works)


def _decided(
    results: Results, name: str, default: float, trials: pd.DataFrame, works: pd.Series
) -> Iterator[tuple[float, str]]:
    """Yield a sentence for each value of a hyperparameter that goes with trials that work.

    Fisher's exact test decides, with Bonferroni's correction for all values of all hyperparameters.
    """
    tried = {one: trials[one] for one in trials if one.startswith("hp.") and 1 < trials[one].nunique() <= MOST_VALUES}
    tests = [(name, value) for name, values in tried.items() for value in values.dropna().unique()]
    for column, value in tests:
        values = tried[column]
        with_it, without = works[values == value], works[values != value]
        table = [[with_it.sum(), len(with_it) - with_it.sum()], [without.sum(), len(without) - without.sum()]]
        p = float(stats.fisher_exact(table, alternative="greater").pvalue) * len(tests)
        if p < SURE:
            setting = f"{column.removeprefix('hp.')}={value}"
            yield (
                -p,
                f"{results.the(name)} has a skill of {number(default, 0.02)} with its default configuration, but "
                f"{with_it.sum()} of {len(with_it)} trials with {setting} work (skill above {WORKS:g}), and "
                f"{without.sum()} of {len(without)} without. Next: set {setting}.",
            )


@rule
def vanished(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """The gradient at the longest lag has vanished in a network that does not work."""
    ratios = results.gradients(task)
    ratios = ratios[ratios["when"] == "kept"]
    for name, own in ratios.groupby("architecture", sort=False):
        last = own[own["lag"] == own["lag"].max()]
        middle = float(np.exp(np.log(last["ratio"].clip(lower=1e-30)).mean()))
        works = results.finals_of(task, str(name))["skill"].mean()
        if middle < VANISHED and works < WORKS:
            yield (
                -middle,
                f"the gradient of {results.the(str(name))} shrinks to {number(float(f'{middle:.1g}'))} of itself over "
                f"{last['lag'].iloc[0]} steps, so that little is learnt from what lies further back. Next: a gated "
                "cell, or a start that keeps the state.",
            )


@rule
def order_free(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """A rival that does not see the order of the steps is at least as good as every network."""
    found, rivals = compare(results, task), results.task(task).best_rivals
    free = bool(rivals) and all(name in KNOWN and KNOWN[name].order_free for name in rivals)
    if free and found.trained and all(one.verdict in (PairVerdict.WORSE, PairVerdict.EQUAL) for one in found.trained):
        ahead = all(one.verdict is PairVerdict.WORSE for one in found.trained)
        yield (
            1.0,
            f"{definite(opponent(results, task, TRAINED))}, which does not see the order of the steps, is "
            f"{'ahead of every network' if ahead else 'at least as good as every network'}: order adds nothing that "
            "these networks use. Next: use it, or look for a task or features in which order matters.",
        )


@rule
def varied(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """In a variant of the experiment, a network has another skill: the joint intervals are apart by the margin."""
    own = {one.first: one.joint for one in compare(results, task).trivial}
    for what, variant in results.variants.items():
        for one in compare(variant, task).trivial if task in variant.task_names else ():
            here, there = own.get(one.first), one.joint
            gap = max(there.low - here.high, here.low - there.high) if here else np.nan
            if here and gap > results.margin:
                yield (
                    gap,
                    f"with {what}, {results.the(one.first)} has a skill of {interval(there)} instead of "
                    f"{interval(here)}. Next: decide on {what} before you choose a network.",
                )


@rule
def clipped(results: Results, task: str) -> Iterator[tuple[float, str]]:
    """Most steps of the chosen runs were clipped, and another architecture does better."""
    expected = {
        name: _mean(results, task, name, lambda one: one.clipped) for name in own_runs(results, task).architectures
    }
    worth = {name: _mean(results, task, name, _skill_of(results, task)) for name in expected}
    best = max((value for value in worth.values() if np.isfinite(value)), default=np.nan)
    norm = results.experiment.clip_norm
    for name, share in expected.items():
        if share > MOSTLY and worth[name] < best - FAILS:
            yield (
                share,
                f"{percent(share)} of the training steps of {results.the(name)} were clipped"
                f"{f' at norm {norm:g}' if norm else ''}. Next: lower learning rates, or a larger clip_norm.",
            )


def _skill_of(results: Results, task: str) -> Callable[[Record], float | None]:
    metric, perfect = results.task(task).metric, results.task(task).perfect
    return lambda one: skill(one.score(metric, "test"), one.baseline_scores(metric, "test")[0], perfect)


def _trained(record: Record, metric: str) -> float | None:
    """Return the score on training data in the epoch whose weights were kept."""
    curve = record.history.get(metric) or ()
    return curve[record.best_epoch - 1] if record.best_epoch and record.best_epoch <= len(curve) else None


def _mean(results: Results, task: str, name: str, value: Callable[[Record], float | None]) -> float:
    """Return the mean of a value over an architecture's replicates, weighted by their chances of being chosen."""
    found = own_runs(results, task)
    chances, records = found.chances(name), results.successes(task, name, found.role)
    known = [(chances[index], one) for index, record in records.items() if index in chances.index
             if (one := value(record)) is not None and np.isfinite(one)]  # fmt: skip
    total = sum(chance for chance, _ in known)
    return fmean([one for _, one in known], weights=[chance for chance, _ in known]) if total else np.nan
