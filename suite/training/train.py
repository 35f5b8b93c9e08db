"""Train: carry out one run on a worker. The outcome depends on the run alone."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from suite import backend
from suite.experiment.run import Run
from suite.process.surroundings import changes, repair, state
from suite.results.record import Record
from suite.tasks.data import Data, Signature
from suite.training.prepare import load
from suite.training.records import Clock, cause, failure, flags, record


@dataclass(frozen=True)
class Outcome:
    """The result of a run: its record, the arrays to store and its model's bytes."""

    record: Record
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    model: bytes | None = None


def train(run: Run) -> Outcome:
    """Train one model, restore the weights of its best validation epoch, and evaluate the model.

    Everything up to the restored weights sees no test split. Then every run is scored on it once. A failed run returns
    a record too, with the status `diverged`, `timeout`, `out-of-memory` or `error`.
    """
    clock = Clock()
    try:
        with clock.phase("build"):  # first, because a task's function may compute with TensorFlow
            backend.start(run.budget.threads)
        before = state()
    except Exception as error:
        return Outcome(failure(run, *cause(error), clock))
    try:
        with backend.precision(run.choices.precision):
            outcome = _train(run, clock)
    except (Exception, SystemExit) as error:  # record whatever a task, an architecture or the backend raises
        outcome = Outcome(failure(run, *cause(error), clock))
    if changed := changes(before):  # the next run must not see it
        repair(before)
        return replace(outcome, record=replace(outcome.record, changed=changed))
    return outcome


def _train(run: Run, clock: Clock) -> Outcome:
    with clock.phase("build"):
        from suite.architectures import width
        from suite.training import evaluate, fit, gradients, starts
    with clock.phase("data"):
        data = load(run)
        seen, signature = without_test(data), run.task.signature(data)
    with clock.phase("build"):
        hyperparameters, network = build(run, signature, len(seen.train[0]))
    with clock.phase("evaluate"):
        start = {} if run.role == "trial" else gradients.by_lag(network, run.task, seen, run.choices)
        first_control = run.role == "control" and run.index == 0 and start
        untrained = starts.by_start(run, signature, hyperparameters, network, seen) if first_control else {}
    with clock.phase("fit"):
        fitted = fit.fit(network, run, seen)
    with clock.phase("evaluate"):
        unmeasured = {} if start or run.role == "trial" else gradients.unmeasured(network)
        by_lag = {"start": start, "kept": gradients.by_lag(network, run.task, seen, run.choices)} if start else {}
        found = evaluate.evaluate(network, fitted.scaling, run, data)
        seconds = {
            f"predict_{size}": None if run.role == "trial" else evaluate.prediction_seconds(network, data, size)
            for size in (1, 64)
        }
        model, unsaved = _stored(network, fitted.scaling, run) if run.role == "final" else (None, {})
    derived = run.architecture.derived
    made = replace(
        record(run, clock),
        hyperparameters=hyperparameters,
        metrics=found.metrics,
        history=fitted.history,
        best_epoch=fitted.best_epoch,
        epochs=len(fitted.history["loss"]),
        weights=width.count_trainable(network),
        flags=flags(run, fitted.best_epoch, width.unequal(network, run.budget.weights)),
        clipped=fitted.clipped,
        gradients=by_lag | untrained,
        seconds=clock.spent() | {"epochs": fitted.seconds} | seconds,
        structure=derived(hyperparameters, _read(run, signature).length) if derived else None,
        trivial_loss=fitted.trivial_loss,
        lacking=unsaved | found.lacking | unmeasured,
        intervals=found.intervals,
    )
    return Outcome(made, found.arrays, model)


def _stored(network: Any, scaling: Any, run: Run) -> tuple[bytes | None, dict[str, str]]:
    """Return the bytes of a network's file; or None, and why there is none."""
    from suite.architectures.portable import stored, unstorable

    try:
        levels = len(run.choices.objective(run.task.kind).levels) or 1
        return stored(network, np.repeat(scaling.mean, levels), np.repeat(scaling.scale, levels)), {}
    except Exception as error:  # Keras may raise anything for a user's layer; the scores are kept all the same
        return None, {"saved model": unstorable(error)}


def without_test(data: Data) -> Data:
    """Return the data with an empty test split, so that nothing that trains or selects can see it."""
    x, y = data.test
    return replace(data, test=(x[:0], y[:0]), extra={})


def build(run: Run, signature: Signature, examples: int) -> tuple[dict[str, Any], Any]:
    """Return the run's hyperparameters, including the width in units, and a compiled model with initial weights.

    The weight budget decides the width unless the hyperparameters contain it.
    """
    from suite.architectures import compiled, model, width

    read = _read(run, signature)
    values = {name: value for name, value in run.hyperparameters.items() if name not in run.searched}
    if "units" not in values and (weights := run.budget.weights) is not None:
        values["units"] = width.width(run.architecture, read, values, weights)
    new = model.fresh(run.architecture, signature, values, run.seed, run.idle, run.choices)
    batch_size = min(values["batch_size"], examples)
    steps = run.budget.epochs * (examples // batch_size) * read.length
    use_xla = steps >= run.budget.xla_from
    network = compiled.compiled(new, signature.kind, run.choices, values["learning_rate"], batch_size, use_xla)
    return run.hyperparameters | values, network


def _read(run: Run, signature: Signature) -> Signature:
    """Return the signature of what the architecture reads: its look-back window, if it has one."""
    return replace(signature, length=run.choices.lookback or signature.length)
