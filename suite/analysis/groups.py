"""Groups: how each group of test examples, such as a speaker, a ticker or a class, is predicted."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from suite.analysis.items import stored_items
from suite.analysis.replicates import replicates
from suite.results.remember import remember
from suite.results.results import Results

KINDS = {"group": "group", "class": "label"}  # kind of group -> the stored array that names the group of an example
RIGHT_OR_WRONG = ("accuracy", "balanced_accuracy")  # metrics whose items are above 0 for right predictions only
TRIVIAL = "trivial"
LEAST = 1e-9  # so that groups whose replicates are never chosen have a score too


@remember()
def by_group(results: Results, task: str, kind: str) -> pd.DataFrame:
    """Return the mean score of every group of test examples, one row per group, in the order of their names.

    `kind`: "group" (such as speakers) or "class" (the true label). The columns are examples (the number of the group's
    test examples), "trivial" (the trivial baseline) and one per architecture: the mean over its replicates, weighted by
    their chances to be chosen. Scores are shares of right predictions, or means of the headline metric. The table is
    empty without groups, or if it is not stored what the test examples contributed.
    """
    parts = [*_parts(results, task, kind)]
    if not parts:
        return pd.DataFrame()
    every = pd.concat(parts)
    sums = every.assign(score=every["score"] * every["weight"]).groupby(["group", "name"], sort=True).sum()
    scores = (sums["score"] / sums["weight"]).unstack()
    sizes = every[every["name"] == TRIVIAL].drop_duplicates(["group", "split"]).groupby("group")["examples"].sum()
    names = [name for name in (TRIVIAL, *results.architectures) if name in scores]
    return scores[names].assign(examples=sizes.astype(int))[["examples", *names]]


def _parts(results: Results, task: str, kind: str) -> Iterator[pd.DataFrame]:
    """Yield the score of every group in every replicate, weighted by its size and its chance to be chosen.

    The columns are group, score, weight, examples, name and split (which test split).
    """
    found = replicates(results, task)
    for name in found.architectures:
        chances = found.chances(name) + LEAST
        for number, record in results.successes(task, name, found.role).items():
            facts, items = stored_items(results, record)
            if items is not None and KINDS[kind] in facts and number in chances.index:
                split = hash(np.asarray(facts["cluster"]).tobytes())
                yield _means(results, task, facts, kind, items).assign(
                    weight=lambda part, number=number, chances=chances: part["examples"] * chances[number],
                    name=name,
                    split=split,
                )
                yield _means(results, task, facts, kind, facts["trivial"]).assign(
                    weight=lambda part: part["examples"], name=TRIVIAL, split=split
                )


def _means(results: Results, task: str, facts: Mapping[str, np.ndarray], kind: str, items: np.ndarray) -> pd.DataFrame:
    """Return the mean score and the number of examples of every group; the columns are group, score and examples."""
    right = results.headline(task).name in RIGHT_OR_WRONG
    named = pd.DataFrame({"group": facts[KINDS[kind]], "score": items > 0 if right else items})
    if kind == "class" and "classes" in facts:
        named["group"] = facts["classes"][named["group"]]
    return named.groupby("group")["score"].agg(["mean", "size"]).set_axis(["score", "examples"], axis=1).reset_index()
