"""Rivals: the baselines that architectures are compared with, and what sentences call them."""

import numpy as np

from suite.analysis.replicates import TRAINED, TRIVIAL, replicates
from suite.results.results import Results

BASELINES = {TRIVIAL: "baseline", TRAINED: "trained_baseline"}  # name -> field of task.json with its kind
BEST_RIVAL = "best rival"


def opponent(results: Results, task: str, name: str) -> str:
    """Return the name of an architecture unchanged; for a baseline, say which one it is.

    Older results know the name of a trained baseline only: "trained baseline (lags)". Others say what the best rival
    is: "gradient boosting on lags", or "best rival (...)" if it differs between data draws.
    """
    rivals = list(results.task(task).best_rivals.values()) if name == TRAINED else []
    if rivals:
        return rivals[0] if len(rivals) == 1 else f"{BEST_RIVAL} ({' or '.join(rivals)})"
    kind = getattr(results.task(task), BASELINES[name]) if name in BASELINES else None
    return name if kind is None else f"{name} ({kind})"


def definite(opponent: str) -> str:
    """Return an opponent with an article, unless it is called by its own words, such as "gradient boosting on lags"."""
    return f"the {opponent}" if opponent.startswith((*BASELINES, BEST_RIVAL)) else opponent


def has_rival(results: Results, task: str) -> bool:
    """Return whether the task has a trained baseline that leaves room for an architecture to be better.

    A baseline that solves a generated task, which its construction allows, is drawn in the report but is not a rival:
    equality with it is success. On real data it is a rival, because then no network is needed.
    """
    skill, facts = replicates(results, task).trained.mean(), results.task(task)
    real = facts.source and not facts.generated
    return bool(skill < 1 - results.margin or (real and np.isfinite(skill)))
