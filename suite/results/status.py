"""Status: the progress of an experiment, cell by cell, as plain values and as lines of text."""

from collections import Counter, defaultdict
from itertools import product
from typing import Any

from suite.experiment.expected_runs import expected_runs, missing_runs
from suite.results.folders import experiment_of
from suite.results.store import Store
from suite.text import columns

ROLES = {"trial": "trials", "final": "finals", "control": "controls"}


def status(store: Store) -> dict[str, Any]:
    """Return {"experiment", "cells": [{"task", "architecture", "trials", "finals", "failures"}]} for a results folder.

    Counts are {"done", "failed", "missing"}; if any cell needs control runs, cells also have "controls". Cells that
    do not apply are left out; the key "does_not_apply", if present, maps `<task>/<architecture>` to the reason. Raise
    RequestError if the folder contains no experiment.
    """
    experiment = experiment_of(store)
    records = list(store.records())
    made = Counter((*record.cell, record.role) for record in records)
    done = Counter((*record.cell, record.role) for record in records if record.ok)
    failures: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        if not record.ok:
            failures[record.cell].append({"id": record.id, "status": record.status, "error": record.error})
    every = [
        cell
        for cell in product(experiment.tasks, experiment.architectures)
        if "/".join(cell) not in experiment.does_not_apply
    ]
    controls = any(expected_runs(experiment, *cell)["control"] for cell in every)
    roles = {role: key for role, key in ROLES.items() if role != "control" or controls}
    cells = []
    for cell in every:
        missing = missing_runs(experiment, *cell, made)
        counts = {
            key: {"done": done[*cell, role], "failed": made[*cell, role] - done[*cell, role], "missing": missing[role]}
            for role, key in roles.items()
        }
        cells.append(dict(zip(("task", "architecture"), cell, strict=True)) | counts | {"failures": failures[cell]})
    reasons = {"does_not_apply": dict(experiment.does_not_apply)} if experiment.does_not_apply else {}
    return {"experiment": experiment.name, "cells": cells} | reasons


def any_failed(found: dict[str, Any]) -> bool:
    """Return whether any run of the experiment failed."""
    return any(cell["failures"] for cell in found["cells"])


def lines(found: dict[str, Any]) -> list[str]:
    """Return lines of text: a heading, one line per cell, one per failed run, and one per cell that does not apply."""
    roles = [key for key in ROLES.values() if any(key in cell for cell in found["cells"])]
    rows = [("task", "architecture", *roles, "failed", "missing")]
    for cell in found["cells"]:
        counts = [cell[role] for role in roles]
        failed, missing = (sum(count[key] for count in counts) for key in ("failed", "missing"))
        rows.append((cell["task"], cell["architecture"], *(count["done"] for count in counts), failed, missing))
    failures = [failure for cell in found["cells"] for failure in cell["failures"]]
    failed_runs = [f"{failure['id']}: {failure['status']}: {failure['error']}" for failure in failures]
    inapplicable = [f"{name} is left out: {why}" for name, why in found.get("does_not_apply", {}).items()]
    return columns(rows) + failed_runs + inapplicable
