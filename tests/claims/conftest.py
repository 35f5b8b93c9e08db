"""Fixtures of the tests of claims."""

import importlib

import pytest

from suite.claims import judge
from suite.claims.declared import all_claims


@pytest.fixture
def only_verdicts(monkeypatch):
    """Judge without evidence and sensitivity: they take most of the time and decide nothing."""
    module = importlib.import_module("suite.claims.judge")
    monkeypatch.setattr(module, "_evidence", lambda *_: [])
    monkeypatch.setattr(module, "checks", lambda *_: [])


@pytest.fixture
def judged(monkeypatch):
    """Return a function that judges one claim of results, by its id, and no other: that takes most of the time."""
    module = importlib.import_module("suite.claims.judge")

    def only(results, id):
        monkeypatch.setattr(module, "all_claims", lambda results: [one for one in all_claims(results) if one.id == id])
        return next(iter(judge(results)), None)

    return only
