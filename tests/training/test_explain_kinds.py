"""Every kind of task can be explained: with intact inputs, the skill is that of the evaluation."""

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.results.runs import skill
from suite.tasks.data import Data
from suite.tasks.task import TASKS, task

pytestmark = pytest.mark.training

FLOATS, TOKENS = (60, 5, 2), (60, 5)
KINDS = {  # name -> declaration, shape of x, targets
    "classes": ({"kind": "classification", "metric": "macro_f1", "baseline": "majority"}, FLOATS, "classes"),
    "classes-per-step": (
        {"kind": "classification", "metric": "accuracy", "baseline": "majority", "per_step": True}, TOKENS, "classes"),
    "labels": ({"kind": "multi-label", "metric": "micro_f1", "baseline": "frequent-labels"}, FLOATS, "labels"),
    "labels-per-step": (
        {"kind": "multi-label", "metric": "log_loss", "baseline": "majority", "per_step": True}, FLOATS, "labels"),
    "values": ({"kind": "regression", "metric": "rmse", "baseline": "zero"}, FLOATS, "values"),
    "several-values": ({"kind": "regression", "metric": "mse", "baseline": "mean"}, FLOATS, "several"),
    "values-offline": (
        {"kind": "regression", "metric": "mae", "baseline": "mean", "per_step": True, "offline": True}, FLOATS,
        "values"),
    "quantiles": ({"kind": "regression", "metric": "pinball", "baseline": "mean"}, FLOATS, "values"),
    "one-step": ({"kind": "regression", "metric": "mse", "baseline": "mean"}, (60, 1, 2), "values"),
    "one-feature": ({"kind": "regression", "metric": "mse", "baseline": "mean"}, (60, 5, 1), "values"),
}  # fmt: skip


def split(rng, shape, targets, per_step):
    """Return random inputs and targets."""
    x = rng.integers(1, 7, shape) if len(shape) == 2 else rng.normal(size=shape).astype("float32")
    where = shape[: 1 + per_step]
    drawn = {
        "classes": lambda: rng.integers(0, 3, where), "labels": lambda: rng.integers(0, 2, (*where, 3)),
        "values": lambda: rng.normal(size=where), "several": lambda: rng.normal(size=(*where, 2)),
    }  # fmt: skip
    return x, drawn[targets]()


@pytest.fixture(params=KINDS)
def case(request):
    """A run of a task of one kind, an untrained network for it, its scaling and the data."""
    backend.start(1)
    from suite.runner.summarise import search_of
    from suite.training.inputs import Scaling
    from suite.training.train import build

    fields, shape, targets = KINDS[request.param]

    @task(request.param, family="mine", **fields)
    def drawn(seed: int) -> Data:
        """Random numbers."""
        rng = np.random.default_rng(seed)
        splits = [split(rng, shape, targets, fields.get("per_step", False)) for _ in range(3)]
        lengths = {name: 1 + rng.integers(0, shape[1], 60) for name in ("train", "validation", "test")}
        return Data(*splits, lengths=lengths if len(shape) == 3 and shape[1] > 1 else None)

    given = {"loss": "quantile"} if request.param == "quantiles" else {}
    experiment = Experiment([request.param], ["gru"], trials=1, seeds=1, weights=200, **given)
    cell = Cell(TASKS.get(request.param), ARCHITECTURES.get("gru"))
    data = cell.task.load(experiment.data_seed(cell.task, "final", 0))
    values = dict(search_of(experiment, cell, cell.task.signature(data)).default)
    run = experiment.run(cell, "final", 0, values)
    return run, build(run, cell.task.signature(data), 60)[1], Scaling.of(data, cell.task), data


def test_a_run_of_every_kind_is_explained(case):
    from baseline_scores import measure

    from suite.architectures.portable import stored
    from suite.training import evaluate
    from suite.training.explain import explain

    run, network, scaling, data = case
    levels = len(run.choices.objective(run.task.kind).levels) or 1
    found = explain(run, stored(network, np.repeat(scaling.mean, levels), np.repeat(scaling.scale, levels)))
    kinds = {one["kind"] for one in found["effects"]}
    assert np.isfinite([one["skill"] for one in found["effects"]]).all()
    assert ("order" in kinds) == (data.test[0].shape[1] > 1)
    assert ("feature" in kinds) == (data.test[0].ndim == 3 and data.test[0].shape[2] > 1)
    if not run.task.per_step:  # else, one target of each example is drawn
        own = evaluate.evaluate(network, scaling, run, data).metrics["test"][run.task.metric]
        base = measure(run.task, data)["baseline"]["test"][run.task.metric]
        expected = skill(own, base, run.task.headline.perfect)
        assert found["effects"][0]["skill"] == pytest.approx(expected, abs=1e-4)
