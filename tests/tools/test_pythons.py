"""`make test-all` finds the supported Pythons, and says which it does not find."""

import sys

import pythons


def test_this_python_is_found():
    assert pythons.find(f"{sys.version_info[0]}.{sys.version_info[1]}") == sys.executable


def test_what_is_not_there_or_is_another_version_is_not_found(monkeypatch):
    assert pythons.find("3.99") is None
    monkeypatch.setattr(pythons, "candidates", lambda version: [["no-such-command"], [sys.executable]])
    assert pythons.find("2.7") is None


def test_a_python_that_is_lacking_is_said_and_is_no_failure(monkeypatch, capsys):
    monkeypatch.setattr(pythons, "SUPPORTED", ["3.99", "3.11"])
    monkeypatch.setattr(pythons, "find", {"3.99": None, "3.11": sys.executable}.get)
    monkeypatch.setattr(pythons, "passes", lambda python: True)
    assert pythons.check_all()
    printed = capsys.readouterr().out
    assert "Python 3.99: not found, not tested" in printed
    assert "Python 3.11: passed" in printed


def test_one_that_fails_fails_all(monkeypatch):
    monkeypatch.setattr(pythons, "SUPPORTED", ["3.11", "3.12"])
    monkeypatch.setattr(pythons, "find", {"3.11": "one", "3.12": "other"}.get)
    monkeypatch.setattr(pythons, "environment", lambda python, version, files: python)
    monkeypatch.setattr(pythons, "passes", {"one": False, "other": True}.get)
    assert not pythons.check_all()
