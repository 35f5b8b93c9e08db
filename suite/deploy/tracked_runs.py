"""Tracked runs: records converted to the hyperparameters, metrics and curves that experiment trackers expect."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suite.errors import RequestError
from suite.results.record import Record
from suite.results.results import Results


@dataclass(frozen=True)
class Tracked:
    """One run as experiment trackers expect it.

    `metrics`: name, such as "test/mse" -> value. `curves`: a tuple (name, such as "val_loss"; epoch; value) for each
    finite value. `epoch`: the best epoch. `begun`, `ended`: seconds since 1970.
    """

    id: str
    ok: bool
    about: dict[str, Any]
    hyperparameters: dict[str, Any]
    metrics: dict[str, float]
    curves: list[tuple[str, int, float]]
    epoch: int
    begun: float
    ended: float


def tracked(results: Results) -> Iterator[Tracked]:
    """Yield every run of the results, including failed runs; raise RequestError if there are none."""
    if not results.records:
        raise RequestError(f"'{results.store.root}' contains no run that can be read")
    for record in results.records:
        yield Tracked(
            id=record.id,
            ok=record.ok,
            about={key: getattr(record, key) for key in ("task", "architecture", "role", "index", "seed", "status")},
            hyperparameters=dict(record.hyperparameters),
            metrics=_metrics(record),
            curves=[
                (name, epoch, value)
                for name, values in record.history.items()
                for epoch, value in enumerate(values, start=1)
                if value is not None
            ],
            epoch=record.best_epoch or 0,
            begun=_time(record.started),
            ended=_time(record.finished),
        )


def install(package: str, extra: str) -> str:
    """Return the message for an optional package that is not installed."""
    return f"{package} is not installed: pip install 'sequence-suite[{extra}]'"


def text(value: Any) -> str:
    """Return a hyperparameter as text: a string unchanged, any other value as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _metrics(record: Record) -> dict[str, float]:
    named = {f"{split}/{name}": value for split, values in record.metrics.items() for name, value in values.items()}
    named |= {"weights": record.weights, "seconds": record.seconds.get("fit")}
    return {name: float(value) for name, value in named.items() if value is not None}


def _time(moment: str | None) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0
