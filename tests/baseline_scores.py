"""Baseline scores: what the baselines of a task score on its data."""

from suite.tasks.description import ROLES, fitted, measured


def measure(task, data):
    """Returns all metrics of the trivial baseline and the best rival: {role: {split: {metric: value}}}."""
    found = measured(task, data, fitted(task, data))
    return {role: found[role] for role in ROLES}
