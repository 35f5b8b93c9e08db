"""Proposals: let workers propose the next configuration of an adaptive search from the trials known so far."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from suite import backend
from suite.errors import RequestError
from suite.runner.cell_plan import CellPlan
from suite.runner.configurations import KnownTrial, known_trials
from suite.runner.engines.engine import Call, Done
from suite.runner.retries import Retries, why
from suite.runner.summarise import search_seed
from suite.search.methods import Method


@dataclass(frozen=True)
class Proposal:
    """A piece of work: propose the configuration of trial `index` from its cell's search `space`."""

    plan: CellPlan
    space: dict[str, Any]
    index: int

    @property
    def name(self) -> str:
        """The id of the trial."""
        return self.plan.ids["trial", self.index]


def next_proposal(plan: CellPlan) -> Proposal | None:
    """Return the next proposal to compute; None if not adaptive, if one is active, or if none is needed."""
    if plan.space is None or plan.space.space is None or plan.proposing is not None:
        return None
    unknown = (index for index in range(plan.expected["trial"]) if index not in plan.configurations)
    wanted = next((index for index in unknown if plan.is_wanted(plan.ids["trial", index])), None)
    return None if wanted is None else Proposal(plan, plan.space.space, wanted)


class Proposals:
    """Handles the proposals of one execution; tries a proposal up to three times if it kills its worker."""

    def __init__(self) -> None:
        self._retries = Retries()

    def begin(self, work: Proposal) -> Call:
        """Return the call that computes the proposal on a worker."""
        plan, experiment = work.plan, work.plan.experiment
        plan.proposing = work.index
        settings = (experiment.method, plan.cell.task.direction, experiment.trials, search_seed(experiment, plan.cell))
        return Call(propose, (experiment.threads, work.space, settings, known_trials(plan), work.index))

    def accept(self, work: Proposal, done: Done) -> None:
        """Store the proposed configuration; raise RequestError if the proposal failed."""
        work.plan.proposing = None
        if done.death and self._retries.allow(work.name):
            return
        if done.result is None:
            raise RequestError(f"the search cannot propose {work.name}: {why(done)}")
        work.plan.configurations[work.index], work.plan.proposals[work.index] = done.result


def propose(
    threads: int, space: dict[str, Any], settings: tuple[Method, str, int, int], trials: list[KnownTrial], index: int
) -> tuple[dict[str, Any], str]:
    """Return the configuration of trial `index`, and where it is from, given the known `trials`; runs on a worker.

    `space`: a `keras_tuner.HyperParameters` as a config dictionary. `settings`: method, direction, number of trials and
    seed of the search.
    """
    backend.start(threads)
    import keras_tuner

    from suite.search.search import Search

    # a copy, because Keras Tuner turns the conditions inside a config into objects
    search = Search(keras_tuner.HyperParameters.from_config(deepcopy(space)), *settings)
    for trial in trials:
        if trial.is_over:
            search.tell(trial.index, trial.configuration, trial.score)
        else:
            search.begin(trial.index, trial.configuration)
    return search.ask(index), search.proposal
