"""Fixtures of the tests of claims."""

import importlib

import pytest


@pytest.fixture
def only_verdicts(monkeypatch):
    """Judge without evidence and sensitivity: they take most of the time and decide nothing."""
    module = importlib.import_module("suite.claims.judge")
    monkeypatch.setattr(module, "_evidence", lambda *_: [])
    monkeypatch.setattr(module, "checks", lambda *_: [])
