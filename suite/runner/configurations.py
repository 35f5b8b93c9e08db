"""Configurations: choose the hyperparameters of every run of a cell."""

from dataclasses import replace
from typing import Any, NamedTuple

from suite.experiment.run import Run
from suite.results.ranking import ranked
from suite.runner.cell_plan import CellPlan


def trial_run(plan: CellPlan, index: int, checksum: str | None) -> Run:
    """Return the run of trial `index`, with its configuration if that is already decided."""
    run = plan.experiment.run(plan.cell, "trial", index, plan.configurations.get(index, {}), checksum)
    return replace(_known(plan, run), proposal=plan.proposals.get(index))


def search_checksum(plan: CellPlan, index: int) -> str | None:
    """Return the checksum of the data of trial `index` if they are those of trial 0, which every command loads."""
    first, own = (plan.experiment.data_seed(plan.cell.task, "trial", one) for one in (0, index))
    return plan.checksum if own == first else None


def scored_run(plan: CellPlan, role: str, index: int, checksum: str | None) -> Run:
    """Return a final run with its winning configuration, or a control run with the default configuration."""
    default = plan.space.default if plan.space else {}
    values = default if role == "control" else plan.winner(index) or {}
    return _known(plan, plan.experiment.run(plan.cell, role, index, values, checksum))


def _known(plan: CellPlan, run: Run) -> Run:
    """Return a run with what is known of its architecture."""
    own = plan.space.learning_rates if plan.space else None
    rates = run.learning_rates or own
    return replace(run, code=plan.code, concerns=plan.concerns, idle=plan.idle, learning_rates=rates)


def configure(plan: CellPlan, index: int) -> None:
    """Decide a trial's configuration, unless it depends on unfinished trials or a worker has to propose it."""
    if plan.space is None or plan.experiment.method.adaptive:
        return
    rivals = [plan.ids["trial", rival] for rival in plan.rivals(index)]
    if any(map(plan.is_open, rivals)):
        return
    best = ranked((plan.records[rival] for rival in rivals), plan.cell.task.headline)
    rank = plan.experiment.method.trial_place(index, plan.experiment.epochs).rank
    promoted = rivals and rank < len(best)
    plan.configurations[index] = best[rank].spec["hyperparameters"] if promoted else plan.space.drawn[index]


class KnownTrial(NamedTuple):
    """A trial that has begun, with its configuration; `score` is None while the trial runs and if it failed."""

    index: int
    configuration: dict[str, Any]
    is_over: bool
    score: float | None


def known_trials(plan: CellPlan) -> list[KnownTrial]:
    """Return all trials that have begun, in the order in which their configurations were decided."""
    metric, found = plan.cell.task.headline, []
    for index, values in plan.configurations.items():
        record = plan.records.get(plan.ids["trial", index])
        score = record.score(metric.name) if record else None
        found.append(KnownTrial(index, values, record is not None, score))
    return found
