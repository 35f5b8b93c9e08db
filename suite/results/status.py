"""Status: the progress of an experiment, cell by cell, as plain values and as lines."""

from collections import Counter
from typing import Any

from suite.errors import RequestError
from suite.experiment.expected_runs import missing_runs
from suite.results.record import Record
from suite.results.statuses import Status
from suite.results.store import Store
from suite.text import columns

ROLES = {"trial": "trials", "final": "finals", "control": "controls"}


def status(store: Store) -> dict[str, Any]:
    """Return {"experiment", "cells": [{"task", "architecture", "trials", "finals", "failures"}]} of a results folder.

    Counts are {"done", "failed", "missing"}; an experiment with control runs also has "controls". Pairs that do not
    apply are left out; the key "does_not_apply", if present, has the reasons by `<task>/<architecture>`. Raise
    RequestError when the folder holds no experiment.
    """
    experiment = store.experiment()
    if experiment is None:
        raise RequestError(f"'{store.root}' contains no experiment.json: name a folder that `suite run` wrote")
    inapplicable = dict(experiment.does_not_apply)
    records = list(store.records())
    cells = [
        _cell([record for record in records if record.cell == (task, name)], task, name)
        for task in experiment.tasks
        for name in experiment.architectures
        if f"{task}/{name}" not in inapplicable
    ]
    made = Counter((*record.cell, record.role) for record in records)
    for cell in cells:
        for role, count in missing_runs(experiment, cell["task"], cell["architecture"], made).items():
            cell[ROLES[role]]["missing"] = count
        if not experiment.tuning_control:
            del cell["controls"]
    return {"experiment": experiment.name, "cells": cells} | ({"does_not_apply": inapplicable} if inapplicable else {})


def _cell(records: list[Record], task: str, architecture: str) -> dict[str, Any]:
    counts = {}
    for role, key in ROLES.items():
        statuses = [record.status for record in records if record.role == role]
        counts[key] = {"done": statuses.count(Status.OK), "failed": len(statuses) - statuses.count(Status.OK)}
    failures = [
        {"id": record.id, "status": record.status, "error": record.error} for record in records if not record.ok
    ]
    return {"task": task, "architecture": architecture, **counts, "failures": failures}


def any_failed(found: dict[str, Any]) -> bool:
    """Return whether some run of the experiment failed."""
    return any(cell["failures"] for cell in found["cells"])


def lines(found: dict[str, Any]) -> list[str]:
    """Return one line per cell, then one per failure, then one per pair that does not apply."""
    roles = [key for key in ROLES.values() if any(key in cell for cell in found["cells"])]
    rows = [("task", "architecture", *roles, "failed", "missing")]
    for cell in found["cells"]:
        counts = [cell[role] for role in roles]
        failed, missing = (sum(count[key] for count in counts) for key in ("failed", "missing"))
        rows.append((cell["task"], cell["architecture"], *(count["done"] for count in counts), failed, missing))
    failures = [failure for cell in found["cells"] for failure in cell["failures"]]
    failed_runs = [f"{failure['id']}: {failure['status']}: {failure['error']}" for failure in failures]
    inapplicable = [f"{name}: does not apply: {why}" for name, why in found.get("does_not_apply", {}).items()]
    return columns(rows) + failed_runs + inapplicable
