"""The first figure: every task a row."""

import pytest

from suite.report.figures.overview import overview
from suite.report.lead import judged


@pytest.mark.parametrize("title", ["Associative recall (16 steps) (synthetic)", "A title " * 9])
def test_a_long_title_leaves_room_for_the_verdict_beside_it(tmp_path, records, monkeypatch, title):
    results = records.trials(tmp_path, {("adding-50", "lstm"): [0.5] * 12})
    monkeypatch.setattr("suite.report.figures.overview.shown_title", lambda *_: title)
    monkeypatch.setattr("suite.report.figures.overview.brief", lambda *_: "none shown to beat the black bar")
    drawn = overview(results, judged(results))
    drawn.draw_without_rendering()
    first, verdict = (text.get_window_extent() for text in drawn.axes[0].texts[:2])
    assert first.x1 < verdict.x0
