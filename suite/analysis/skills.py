"""Skills: build frames with the skill of every run of a task, by seed and architecture, for comparisons and claims."""

import numpy as np
import pandas as pd

from suite.results.results import Results
from suite.results.statuses import Status


def with_worst(results: Results, task: str) -> pd.DataFrame:
    """Return the skills of the final runs by seed (row) and architecture (column).

    A failed run counts as the worst outcome. The worst outcome is the lowest skill on the task, but at most 0: without
    a model, the trivial baseline remains. The value is NaN if a run does not exist.
    """
    finals = results.finals_of(task).set_index(["index", "architecture"])
    skills = finals["skill"].unstack().astype(float)
    failed = (finals["status"] != Status.OK).unstack(fill_value=False)
    skills = skills.mask(failed, np.nanmin([0.0, finals["skill"].min()]))
    return skills[[name for name in results.architectures if name in skills]]


def gained(results: Results, task: str, failed_count: bool = True) -> pd.DataFrame:
    """Return the skill of the final runs minus the skill of the control runs with the same seeds and data.

    Each row is a seed; each column is an architecture that has both. A failed run counts as the worst outcome, the
    lowest skill on the task, but at most 0; or as NaN unless `failed_count`.
    """
    if not any(results.made[task, name, "control"] for name in results.architectures):
        return pd.DataFrame()
    runs = results.evidence
    runs = runs[(runs["task"] == task) & runs["role"].isin(["final", "control"])]
    worst = np.nanmin([0.0, runs["skill"].min()]) if failed_count else np.nan
    skills = runs.assign(skill=runs["skill"].mask(runs["status"] != Status.OK, worst))
    by_role = (
        skills.set_index(["index", "architecture", "role"])["skill"].unstack().reindex(columns=["final", "control"])
    )
    gains = (by_role["final"] - by_role["control"]).unstack().dropna(axis="columns", how="all")
    return gains[[name for name in results.architectures if name in gains]]
