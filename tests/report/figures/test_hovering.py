"""Hovering: in the SVG of every figure, each mark, bar, interval and line says what it stands for, with its values."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import seaborn as sns

from suite.report.figures import FIGURES
from suite.report.figures.compact import compact
from suite.report.figures.style import legend, line_marks, panels, render
from suite.results.results import load


@pytest.fixture
def drawing():
    """Returns an empty figure of two panels, and its panels."""
    figure, axes = panels(2, 2, 2.0)
    return figure, axes[0]


def said(figure):
    """The texts of all titles, in order; the SVG must be well-formed."""
    svg = render(figure)["svg"].decode()
    ET.fromstring(svg)
    return re.findall("<title>(.*?)</title>", svg)


@pytest.mark.slow
def test_a_mark_says_its_name_by_the_legend_and_its_values_by_the_axes(drawing):
    figure, (panel, other) = drawing
    (line,) = panel.plot([1, 2, np.nan], [0.5, 0.75, 1], color="C0", marker="o", label="LSTM")
    other.scatter([3, 4], [0.25, 0.125], color="C1", label="GRU & co")
    for one in (panel, other):
        one.set(xlabel="epoch", ylabel="accuracy, higher is better")
    legend(figure, [line, *other.plot([], color="C1", marker="s", label="GRU & co")])
    assert said(figure) == [
        "LSTM: epoch 1, accuracy 0.5", "LSTM: epoch 2, accuracy 0.75",
        "GRU &amp; co: epoch 3, accuracy 0.25", "GRU &amp; co: epoch 4, accuracy 0.125",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_tick_with_a_name_is_named_instead_of_its_place(drawing):
    figure, (panel, other) = drawing
    panel.plot([0.1], [0.5], marker="o")
    panel.set_xticks([0, 1], ["LSTM", "GRU"])
    panel.set_ylabel("accuracy")
    other.plot([0.3], [1], marker="o")
    other.set_yticks([0, 1], ["LSTM", "GRU"])
    other.set_xlabel("skill")
    assert said(figure) == ["LSTM: accuracy 0.5", "GRU: skill 0.3"]


@pytest.mark.slow
def test_a_level_an_interval_and_a_bar_say_their_values(drawing):
    figure, (panel, other) = drawing
    panel.axhline(0.25, color="0.25", linestyle="--")
    panel.plot([1, 1], [0.1, 0.4], color="C0")
    panel.plot([1, 2], [0.1, 0.4], color="C0")
    panel.set_xticks([1], ["LSTM"])
    other.barh([0], [0.75], color="C2")
    other.set_yticks([0], ["LSTM minus GRU"])
    legend(figure, line_marks({"baseline"}))
    assert said(figure) == ["trivial baseline: 0.25", "LSTM: 0.1 to 0.4", "LSTM minus GRU:  0.75"]


@pytest.mark.slow
def test_every_cell_of_a_heatmap_and_every_point_of_another_size_has_its_own_text(drawing):
    figure, (panel, other) = drawing
    names = {"xticklabels": ["no", "yes"], "yticklabels": ["no", "yes"]}
    sns.heatmap(np.array([[0.9, 0.1], [0.3, 0.7]]), ax=panel, cbar=False, **names)
    panel.set(xlabel="predicted", ylabel="true")
    points = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0], "size": [0.1, 0.9]})
    sns.scatterplot(points, x="x", y="y", size="size", ax=other, legend=False)
    cells = ["true no, predicted no: 0.9", "true no, predicted yes: 0.1", "true yes, predicted no: 0.3"]
    assert said(figure) == [*cells, "true yes, predicted yes: 0.7", "x 1, y 3", "x 2, y 4"]


@pytest.mark.slow
def test_a_figure_of_a_report_says_what_its_marks_are_worth(tmp_path, records):
    folder = records.write_study(tmp_path, 24, 5, ("speech-like",))
    records.write_experiment(folder, tasks=["speech-like"], trials=24, best_of=4, titles={"lstm": "LSTM"})
    results = load(folder)
    expected = {
        "scores": r"LSTM: accuracy 0\.9", "learning_curves": r"LSTM: epoch \d, accuracy 0\.",
        "hyperparameters": r"LSTM, batch_size 16: accuracy 0\.", "costs": r"LSTM: trainable weights 5\d+, accuracy 0\.",
        "expected_best": r"LSTM: trials 8, test skill 0\.",
    }  # fmt: skip
    for name, text in expected.items():
        found = said(FIGURES[name].draw(results, ["speech-like"]))
        assert any(re.match(text, one) for one in found), (name, found[:5])


def test_coordinates_are_rounded_and_what_points_share_is_stated_once():
    point = '<g clip-path="url(#p)">\n     <use xlink:href="#m" x="1.234567" y="2.5" style="fill: #000000"/>\n    </g>'
    svg = f'<g id="PathCollection_1">\n    <defs>\n</defs>\n    {point}\n    {point}\n   </g>\n<text>0.123456</text>'
    small = compact(svg)
    assert small.count('style="fill: #000000"') == small.count("clip-path") == 1
    assert small.count('x="1.23"') == 2 and "<text>0.123456</text>" in small
    ET.fromstring(f'<svg xmlns:xlink="x">{small}</svg>')
