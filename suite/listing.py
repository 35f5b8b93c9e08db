"""Listing: what `suite list` shows of the registries, as plain values."""

from pathlib import Path
from typing import Any

from suite.architecture import ARCHITECTURES, Architecture
from suite.shapes import shape
from suite.task import TASKS, Task


def tasks() -> list[dict[str, Any]]:
    """Every task, the lengths of a sweep one by one."""
    return [_task(TASKS.get(name)) for name in TASKS.names()]


def tasks_in_words() -> list[dict[str, Any]]:
    """What a person reads of every task: baselines, the best possible score and the licence too."""
    return [_shown(TASKS.get(name)) for name in TASKS.names()]


def architectures() -> list[dict[str, Any]]:
    """Every architecture."""
    found = [ARCHITECTURES.get(name) for name in ARCHITECTURES.names()]
    return [{"name": entry.name, "source": declared_in(entry)} for entry in found]


def architectures_in_words() -> list[dict[str, Any]]:
    """What a person reads of every architecture: what it is, and whether it serves tasks that ask at every step."""
    found = [ARCHITECTURES.get(name) for name in ARCHITECTURES.names()]
    return [
        {
            "name": entry.name,
            "at every step": "yes" if entry.causal else "no",
            "what": (entry.function.__doc__ or "").strip().partition("\n")[0],
            "source": declared_in(entry),
        }
        for entry in found
    ]


def declared_in(entry: Task | Architecture) -> str:
    """ "suite" for a built-in entry, a plugin's distribution, else the file and line of the declaration."""
    if Path(entry.place).is_relative_to(Path(__file__).parent):
        return "suite"
    registry = TASKS if isinstance(entry, Task) else ARCHITECTURES
    return registry.origins.get(entry.place, entry.place)


def _task(entry: Task) -> dict[str, Any]:
    return {
        "name": entry.name,
        "family": entry.family,
        "kind": entry.kind,
        "metric": entry.metric,
        "direction": entry.direction,
        "data": entry.source,
        "availability": entry.availability,
        "source": declared_in(entry),
    }


def _shown(entry: Task) -> dict[str, Any]:
    trained = entry.trained_baseline
    examples, length = shape(entry)
    return {
        "name": entry.name,
        "family": entry.family,
        "kind": entry.kind,
        "metric": entry.metric,
        "baseline": entry.baseline,
        "trained baseline": trained if trained is None or isinstance(trained, str) else type(trained).__name__,
        "best possible": "not known" if entry.ceiling is None else f"{entry.ceiling:g}",
        "training examples": examples,
        "length": length,
        "availability": entry.availability,
        "licence": entry.licence,
        "data": entry.source,
        "source": declared_in(entry),
    }
