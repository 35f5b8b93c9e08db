"""Fixtures of all tests."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """What tests prepare from real data leaves the user's cache folder alone."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def records() -> ModuleType:
    """tests/records.py: results written by hand."""
    spec = importlib.util.spec_from_file_location("records", Path(__file__).with_name("records.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
