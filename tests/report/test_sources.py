"""Where the width of intervals comes from: a table, a figure and its words; and the scores of groups."""

import numpy as np
import pytest

from suite.report.figures import FIGURES
from suite.report.groups import groups
from suite.report.sources import sources

TASK = "sentence-polarity"
SPEAKERS = np.repeat([["anna"], ["ben"], ["cleo"]], 40, axis=1)


@pytest.fixture
def results(records, tmp_path):
    random = np.random.default_rng(1)
    right = {name: (random.random((24, 40)) < 0.8).astype(float) for name in ("simple-rnn", "lstm", "gru")}
    return records.on_examples(tmp_path, right, SPEAKERS, "group", folds=3, group=SPEAKERS)


def test_the_table_has_one_row_per_pair_with_both_half_widths(results):
    table = sources(results)
    assert [row[1] for row in table.rows] == ["simple-rnn minus lstm", "simple-rnn minus gru", "lstm minus gru"]
    assert all(float(row[2]) > 0 and float(row[-1]) > 0 for row in table.rows)
    assert {row[4] for row in table.rows} == {"—"}  # without final runs, seeds are unknown


def test_the_figure_has_two_bars_per_pair_and_says_their_lengths(results):
    kind = FIGURES["sources"]
    assert kind.fits(results, TASK)
    (panel,) = kind.draw(results, [TASK]).axes
    ends = {round(bar.get_y(), 2): bar.get_x() + bar.get_width() for bar in panel.patches}
    assert len(ends) == 6
    words = kind.words(results, TASK)
    assert "groups" in words
    assert words.count("±") == 6


def test_a_task_whose_trials_draw_new_data_has_neither(records, tmp_path):
    results = records.trials(tmp_path, {("speech-like", name): [0.5] * 24 for name in ("lstm", "gru")})
    assert sources(results).rows == []
    assert not FIGURES["sources"].fits(results, "speech-like")
    assert groups(results, "speech-like") == []


def test_every_group_has_a_row_and_many_groups_are_cut(records, tmp_path, results):
    (table,) = groups(results, TASK)
    assert [row[0] for row in table.rows] == ["anna", "ben", "cleo"]
    assert table.caption.startswith("Scores by group on Sentence polarity (accuracy), means of the runs that a search")
    many = np.arange(22).astype(str)
    right = {"lstm": np.tile(np.arange(22) / 22 > 0.3, (6, 1)).astype(float)}
    (table,) = groups(records.on_examples(tmp_path, right, many, "group", group=[many]), TASK)
    assert len(table.rows) == 20
    assert table.caption.endswith("the 10 lowest and the 10 highest")
