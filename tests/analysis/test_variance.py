"""Variance: how data, seeds and searches contribute to the spread, and the centre of a cell."""

import numpy as np
import pytest

from suite import statistics
from suite.analysis import variance
from suite.report.variance import centres, noise, unknown

RANDOM = np.random.default_rng(1)


@pytest.fixture
def finals(tmp_path, records):
    return lambda skills, **experiment: records.finals(tmp_path / "quick", skills, **experiment)


def test_the_spread_is_split_into_data_seeds_and_search(finals):
    data, own = 0.1 * RANDOM.normal(size=400), 0.05 * RANDOM.normal(size=(2, 2, 400))
    searched = {}
    for search, shift in enumerate((0.0, 0.2)):
        skills = {("speech-like", name): list(0.5 + shift + data + own[search, place]) for place, name in enumerate(("lstm", "gru"))}  # fmt: skip # noqa: E501
        searched[search] = finals(skills, search_seed=search + 1)
    searched[0].variants = {"another search seed": searched[1], "equal units": finals(skills, search_seed=1)}
    (row,) = variance.noise(searched[0]).to_dict("records")
    assert (row["task"], row["runs"], row["searches"]) == ("speech-like", 400, 2)
    assert row["data"] == pytest.approx(0.1, rel=0.1)
    assert row["seeds"] == pytest.approx(0.05, rel=0.1)
    assert row["search"] == pytest.approx(0.2 / np.sqrt(2), rel=0.1)  # standard deviation of 0 and 0.2
    assert row["spread"] == pytest.approx(np.hypot(0.1, 0.05), rel=0.1)


def test_the_spread_of_one_architecture_and_one_search_is_not_split(finals):
    (row,) = variance.noise(finals({("speech-like", "lstm"): [0.5, 0.6, 0.7]})).to_dict("records")
    assert row["spread"] == pytest.approx(0.1)
    assert np.isnan([row["data"], row["seeds"], row["search"]]).all()


def test_centres_of_a_cell_with_the_runs_used_and_failed(finals):
    results = finals({("speech-like", "lstm"): [0.1, 0.2, 0.3, 0.4, 0.5, None]})
    table = variance.centres(results).set_index("statistic")
    scores = results.finals["score"]
    assert table["centre"].to_dict() == pytest.approx({"mean": scores.mean(), "median": scores.median(), "iqm": scores.mean()})  # fmt: skip # noqa: E501
    assert (table["n"].tolist(), table["failed"].tolist()) == ([5] * 3, [1] * 3)
    assert table.loc["mean", ["low", "high"]].tolist() == pytest.approx(list(statistics.bootstrap_t(scores)[1:3]))


def test_the_report_lists_the_known_sources_of_the_spread(finals):
    skills = {("speech-like", name): [0.5, 0.6, 0.7, 0.8] for name in ("lstm", "gru")}
    results = finals(skills | {("adding-50", "lstm"): [0.5, 0.6]})
    first, second = noise(results).rows
    assert first == ["Speech like", "4", "0.129", "0.129", "0", "—", "1"]  # alike over architectures: data alone
    assert second == ["Adding (50 steps)", "2", "0.0707", "—", "—", "—", "1"]
    apart, searched = unknown(results)
    assert apart.startswith("Data and initial weights cannot be separated on 1 task: ")
    assert searched.startswith("The share of the search is unknown on 2 tasks: ")


def test_the_report_has_the_centres_of_every_cell_with_runs(finals):
    results = finals({("speech-like", "lstm"): [0.5, 0.5, 0.5, 0.5, 0.5, None], ("speech-like", "gru"): [None]})
    (row,) = centres(results).rows
    assert row == ["Speech like", "lstm", *["0.555 (no interval, n=5)"] * 3, "1"]
