"""Groups: how each group of test examples, such as a speaker, a ticker or a class, is predicted."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from suite.analysis.items import stored_items
from suite.analysis.replicates import replicates
from suite.results.remember import remember
from suite.results.results import Results
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics import item_scores

KINDS = {"group": "group", "class": "label"}  # kind of group -> the stored array that names the group of an example
TRIVIAL = "trivial"
RIGHT = {CLASSIFICATION: "accuracy", MULTI_LABEL: "exact_match"}  # the share of right predictions, by kind of task
LEAST = 1e-9  # so that groups whose replicates are never chosen have a score too


def metric_of(results: Results, task: str) -> str:
    """Return the metric of the groups' scores: the headline metric if it is a mean over examples, else that of `RIGHT`.

    Return "" for a regression whose headline metric is no such mean.
    """
    metric = results.headline(task)
    return metric.name if metric.per_target else RIGHT.get(results.task(task).kind or "", "")


@remember()
def by_group(results: Results, task: str, kind: str) -> pd.DataFrame:
    """Return the mean score of every group of test examples, one row per group, in the order of their names.

    `kind`: "group" (such as speakers) or "class" (the true label). The columns are examples (the number of the group's
    test examples), "trivial" (the trivial baseline, if known) and one per architecture: the mean score over its
    replicates, weighted by their chances of being chosen, or over its final runs if only these store what was right;
    `metric_of` names the metric. The table is empty without groups, or if such scores are not stored.
    """
    parts = [*_parts(results, task, kind)]
    if not parts:
        return pd.DataFrame()
    every = pd.concat(parts)
    sums = every.assign(score=every["score"] * every["weight"]).groupby(["group", "name"], sort=True).sum()
    scores = (sums["score"] / sums["weight"]).unstack()
    sizes = every.drop_duplicates(["group", "split"]).groupby("group")["examples"].sum()
    names = [name for name in (TRIVIAL, *results.architectures) if name in scores]
    return scores[names].assign(examples=sizes.astype(int))[["examples", *names]]


class _Scored(NamedTuple):
    """The scores of single test examples in one run (n,), the weight of the run, and the facts about its examples."""

    name: str
    weight: float
    scores: np.ndarray
    facts: Mapping[str, np.ndarray]


def _parts(results: Results, task: str, kind: str) -> Iterator[pd.DataFrame]:
    """Yield the mean score of every group in every run.

    The columns are group, score, weight (of the group in this run), examples, name and split (which test split).
    """
    for name, weight, scores, facts in _scored(results, task):
        if KINDS[kind] in facts:
            groups = facts[KINDS[kind]]
            if kind == "class" and "classes" in facts:
                groups = facts["classes"][groups]
            part = pd.DataFrame({"group": groups, "score": scores}).groupby("group")["score"].agg(["mean", "size"])
            part = part.set_axis(["score", "examples"], axis=1).reset_index()
            split = hash(np.asarray(facts["cluster"]).tobytes())
            yield part.assign(weight=part["examples"] * weight, name=name, split=split)


@remember(most=1)  # one table by group and one by class
def _scored(results: Results, task: str) -> list[_Scored]:
    return [*(_items if results.headline(task).per_target else _right)(results, task)]


def _items(results: Results, task: str) -> Iterator[_Scored]:
    """Yield the stored scores of the replicates' test examples, and beside them those of the trivial baseline."""
    found = replicates(results, task)
    for name in found.architectures:
        chances = found.chances(name) + LEAST
        for number, record in results.successes(task, name, found.role).items():
            facts, items = stored_items(results, record)
            if items is not None and number in chances.index:
                yield _Scored(name, chances[number], items, facts)
                yield _Scored(TRIVIAL, 1.0, facts["trivial"], facts)


def _right(results: Results, task: str) -> Iterator[_Scored]:
    """Yield which test examples the final runs got right; nothing for a regression."""
    metric, kind = metric_of(results, task), results.task(task).kind or ""
    for name in results.architectures if metric else ():
        for record in results.successes(task, name, "final").values():
            facts, items = stored_items(results, record)
            arrays = results.predictions(record.id) if items is not None else {}
            if {"target", "prediction"} <= set(arrays):
                right = item_scores(metric, kind, arrays["target"], arrays["prediction"])
                yield _Scored(name, 1.0, np.asarray(right), facts)
