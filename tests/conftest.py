"""Fixtures of all tests."""

import gc
import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from suite.architectures.architecture import ARCHITECTURES
from suite.errors import SUITE
from suite.tasks.metrics import METRICS
from suite.tasks.task import TASKS
from suite.tasks.task_budget import TaskBudget

MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # bytes


def pytest_configure() -> None:
    """Files of tests are in memory where there is enough of it: to make one on a disk takes much more time.

    Interruptions are not ignored, as they would be where a shell started the tests in the background.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", f"{MEMORY}")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is collected stays until the end: to look for garbage in it takes 2 of 5 seconds, and more later.

    The tests' own garbage is looked for less often than by default.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(10_000, 20, 20)


def pytest_collection_finish() -> None:
    """The fast tests do without TensorFlow, whose import takes longer than hundreds of them."""
    if "tensorflow" in sys.modules:
        raise pytest.UsageError("a test file imports TensorFlow at its top: import what needs it inside of its tests")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """What tests prepare from real data leaves the user's cache folder alone."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def lasting_power() -> Iterator[None]:
    """No test cuts the power, so that nothing need wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda number: None)
        yield


@pytest.fixture(scope="session")
def records() -> ModuleType:
    """tests/records.py: results written by hand."""
    import records

    return records


@pytest.fixture
def budgets(records, monkeypatch) -> Callable[..., list[str]]:
    """Return a function that adds a task of tests/records.py with these budgets, and returns their names."""

    def add(task: str, option: str, *counts: int) -> list[str]:
        names = [TaskBudget(option, count).of(task) for count in counts]
        for name in names:
            for facts in (records.BASELINES, records.TRAINED, records.SCORES, records.SPREADS):
                if task in facts:
                    monkeypatch.setitem(facts, name, facts[task])
            monkeypatch.setitem(records.TASKS, name, {"sweep": task} | records.TASKS[task])
        return names

    return add


@pytest.fixture(scope="session")
def raw() -> ModuleType:
    """tests/raw.py: files of the kinds that own data have."""
    import raw

    return raw


@pytest.fixture
def judged(monkeypatch):
    """Return a function that judges one claim of results, by its id, and no other: that takes most of the time."""
    from suite.claims.declared import all_claims

    module = importlib.import_module("suite.claims.judge")

    def only(results, id):
        monkeypatch.setattr(module, "all_claims", lambda results: [one for one in all_claims(results) if one.id == id])
        return next(iter(module.judge(results)), None)

    return only


@pytest.fixture(scope="module")
def one_draw() -> Iterator[None]:
    """In this process, a control run measures one untrained network per start: five take longer than a tiny study."""
    from suite import backend

    backend.start(1)
    from suite.training import starts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starts, "DRAWS", 1)
        yield


@pytest.fixture
def rough(monkeypatch):
    """A Bayesian proposal is the best of fifty draws, without the seconds that improving each of them takes."""
    from keras_tuner.src.tuners import bayesian

    def unimproved(bound, x0, **_):
        return SimpleNamespace(x=x0, fun=bound(x0))

    monkeypatch.setattr(bayesian, "scipy", SimpleNamespace(optimize=SimpleNamespace(minimize=unimproved)))


@pytest.fixture(autouse=True)
def built_ins_only() -> None:
    """What a test declared, or an experiment file that it loaded, is not there for the next."""
    forget_declarations()


@pytest.fixture(scope="module")
def clean_registries() -> None:
    """The same, before a fixture that is made for a whole module."""
    forget_declarations()


def forget_declarations() -> None:
    """Leaves only the built-in tasks, architectures and metrics registered."""
    for registry in (TASKS, ARCHITECTURES, METRICS):
        registry.load()
        for place in [entry.place for entry in registry._entries.values()]:
            if not place.startswith(f"{SUITE}{os.sep}"):
                registry.forget(place.rpartition(":")[0])
