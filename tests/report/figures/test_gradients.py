"""The figure of gradients: the numbers at its axes."""

import pytest

from suite.report.figures import FIGURES
from suite.results.results import load


@pytest.mark.parametrize(("least", "labelled"), [(0.3, True), (1e-6, False)])
def test_ticks_between_powers_of_ten_have_plain_numbers_only_within_a_decade(tmp_path, records, least, labelled):
    records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm"])
    records.write_task(tmp_path, "adding-50")
    gradients = {when: {"1": 0.9, "2": least} for when in ("start", "kept")}
    records.write(tmp_path, records.record("adding-50", "lstm", "final", 0, gradients=gradients))
    drawn = FIGURES["gradients"].draw(load(tmp_path), ["adding-50"])
    drawn.canvas.draw()
    shown = [tick.get_text() for tick in drawn.axes[0].yaxis.get_minorticklabels()]
    assert not any("$" in one for one in shown)
    assert ("0.5" in shown) == labelled
