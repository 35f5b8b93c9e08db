"""What the tests of whole studies share: a task small enough to train on, a progress that keeps what it is told."""

from pathlib import Path
from typing import Any

from suite.experiment.experiment import Experiment
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.options import RunOptions
from suite.runner.progress import Progress
from suite.runner.runner import execute

ONE_STRUCTURE = {"depth": [1], "batch_size": [32]}  # all trials share one compiled model
LAST_OF_FIVE = '''
@task("last-of-five", family="mine", kind="regression", metric="mse", baseline="mean")
def last_of_five(seed: int, examples: int = 40) -> Data:
    """Five numbers; which was the last?"""
    rng = np.random.default_rng(seed)
    def split(n):
        x = rng.normal(size=(n, 5, 1)).astype("float32")
        return x, x[:, -1, 0].copy()
    return Data(split(examples), split(examples), split(examples))
'''


def run(experiment: Experiment | str | Path, results: str | Path = "results", *, progress: Progress | None = None,
        **options: Any) -> Store:  # fmt: skip
    """Run or continue an experiment with these `RunOptions`, and return its store; `suite.run` returns its results."""
    return execute(experiment, results, RunOptions(**options), progress)


def stored(plan: CellPlan, role: str, index: int, **fields: Any) -> Record:
    """Return the record of a cell's run that ended well."""
    fields = {"status": "ok", "spec": {"hyperparameters": {}}, "metrics": {"validation": {"mse": 0.5}}} | fields
    names = {"task": plan.cell.task.name, "architecture": plan.cell.architecture.name}
    return Record(id=f"{plan.cell.name}/{role}-{index:03d}", role=role, index=index, **names, **fields)


class Listening(Progress):
    """Keeps what was said in `said`."""

    def __init__(self):
        super().__init__(quiet=True)
        self.said = []

    def say(self, text):
        self.said.append(text)
