"""Shared test: what test data a task's replicates share: splits, examples, and which examples belong together."""

from typing import NamedTuple

import numpy as np

from suite.analysis.items import held_out
from suite.results.remember import remember
from suite.results.results import Results


class SharedTest(NamedTuple):
    """The test data that a task's replicates share.

    `folds`: number of test splits. `official`: whether there is a single split that was published or given by the
    user. `examples`: number of different test examples. `clusters`: number of groups or dates that they belong to, with
    their `unit` ("group", "date" or "example"). If it is not stored what the examples contributed, `examples` and
    `clusters` are 0: then intervals do not include how results would vary with other examples.
    """

    folds: int
    official: bool
    examples: int
    clusters: int
    unit: str

    @property
    def known(self) -> bool:
        """Whether intervals include how results would vary with other test examples."""
        return self.clusters > 0


@remember()
def shared_test(results: Results, task: str) -> SharedTest | None:
    """Return the test data that the replicates of a task share; None if every replicate draws new data."""
    facts = results.task(task)
    if facts.generated and facts.folds <= 1:
        return None
    held = held_out(results, task)
    clusters = np.unique(np.concatenate([one.clusters for one in held])) if held else ()
    unit = held[0].unit if held else ""
    examples = len(clusters) if unit == "example" else sum(len(one.clusters) for one in held)
    return SharedTest(max(facts.folds, 1), facts.official, examples, len(clusters), unit)


def on_one_split(results: Results, *tasks: str) -> str:
    """Return " on one test split" if all tasks have only one, which their runs share; "" if none has.

    Say "in part" if that is true of some tasks only.
    """
    single = [one for task in tasks if (one := shared_test(results, task)) and one.folds == 1]
    official = " (the official one)" if single and all(one.official for one in single) else ""
    part = " in part" if len(single) < len(tasks) else ""
    return f"{part} on one test split{official}" if single else ""
