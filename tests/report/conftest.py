"""Fixtures of the tests of reports."""

import pytest

from suite.report import drawing

PICTURE = {"svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="100.0pt"><g/></svg>', "png": b""}


@pytest.fixture
def undrawn(monkeypatch):
    """Every figure of a report is the same empty picture, because only the text is read: to draw takes seconds."""
    monkeypatch.setattr(drawing, "_render_all", lambda sketches: [(PICTURE, "")] * len(sketches))
