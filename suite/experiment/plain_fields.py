"""Plain fields: the fields of an experiment as values for experiment.json."""

from dataclasses import asdict, replace
from typing import Any

from suite.experiment.training_choices import by_kind
from suite.tasks.task_budget import LETTERS


def plain_fields(experiment: Any) -> dict[str, Any]:
    """Return all fields except `claims` as plain values, with the search note and the excluded pairs."""
    ranges = {
        name: {"low": values[0], "high": values[1]} if isinstance(values, tuple) else list(values)
        for name, values in experiment.search_space.items()
    }
    kinds = {cell.task.kind for cell in experiment.cells}
    fields = asdict(replace(experiment, claims=()))
    del fields["claims"]
    return fields | {
        "tasks": list(experiment.tasks),
        "architectures": list(experiment.architectures),
        **{option: list(fields[option]) for option in LETTERS if isinstance(fields[option], tuple)},
        "best_of": experiment.resolved_best_of,
        "looks": list(experiment.looks),
        "loss": {kind: loss for kind, loss in by_kind(experiment.loss).items() if kind in kinds},
        "quantiles": list(experiment.quantiles),
        "search_space": ranges,
        "search_note": experiment.method.note,
        "does_not_apply": experiment.does_not_apply,
        "titles": {cell.architecture.name: cell.architecture.called for cell in experiment.cells},
    }
