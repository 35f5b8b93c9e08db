"""Across tasks: aggregates, ranks, stability and noise from final runs whose skills are known."""

import numpy as np
import pytest

from suite import aggregates, overall, statistics

RANDOM = np.random.default_rng(1)


@pytest.fixture
def finals(tmp_path, records, monkeypatch):
    monkeypatch.setitem(records.TASKS, "adding-200", records.TASKS["adding-50"] | {"length": 200})
    monkeypatch.setitem(records.BASELINES, "adding-200", records.BASELINES["adding-50"])
    for place in range(8):
        monkeypatch.setitem(records.TASKS, f"task-{place}", records.TASKS["speech-like"])
        monkeypatch.setitem(records.BASELINES, f"task-{place}", 0.1)
    return lambda skills, **experiment: records.finals(tmp_path / "quick", skills, **experiment)


def test_lengths_of_a_sweep_are_one_task_averaged_seed_by_seed(finals):
    results = finals({("adding-50", "lstm"): [0.9, 0.8], ("adding-200", "lstm"): [0.1, 0.4], ("speech-like", "lstm"): [0.5]})  # fmt: skip # noqa: E501
    tables = overall.skills(results)
    assert list(tables) == ["adding", "speech-like"]
    assert tables["adding"]["lstm"].tolist() == pytest.approx([0.5, 0.6])


def test_a_failed_run_is_the_worst_outcome_and_no_better_than_the_trivial_baseline(finals):
    results = finals({
        ("speech-like", "lstm"): [0.9, None], ("speech-like", "gru"): [0.8, 0.7],
        ("sentiment-like", "lstm"): [None, 0.5], ("sentiment-like", "gru"): [-0.3, 0.2],
    })  # fmt: skip
    tables = overall.skills(results)
    assert tables["speech-like"]["lstm"].tolist() == pytest.approx([0.9, 0.0])
    assert tables["sentiment-like"]["lstm"].tolist() == pytest.approx([-0.3, 0.5])
    assert overall.improvements(results)["probability"].item() == pytest.approx((0.5 + 0.625) / 2)


def test_controls_are_in_no_aggregate_and_tasks_that_some_architecture_lacks_are_said(finals):
    results = finals({
        ("speech-like", "lstm"): [0.9, 0.8], ("speech-like", "gru"): [0.7, 0.6],
        ("sentiment-like", "lstm"): [0.5, 0.4], ("sp500-return", "lstm"): [0.1], ("sp500-return", "gru"): [0.1],
    })  # fmt: skip
    results.tasks["sp500-return"] = results.tasks["sp500-return"] | {"family": "controls"}
    assert overall.left_out(results) == ["sentiment-like"]
    assert overall.aggregate(results)["tasks"].tolist() == [1, 1]


def study(finals, tasks, gap=0.2, seeds=6):
    """Skills of two architectures that are `gap` apart on every task."""
    skills = {}
    for place in range(tasks):
        for name, shift in (("lstm", gap), ("gru", 0.0)):
            skills[f"task-{place}", name] = list(0.4 + shift + 0.05 * RANDOM.normal(size=seeds))
    return finals(skills)


def test_aggregates_have_both_intervals_side_by_side(finals):
    results = study(finals, 5)
    table = overall.aggregate(results).set_index("architecture")
    runs = [results.by_seed(task, "skill")["lstm"].to_numpy() for task in results.task_names]
    assert table.loc["lstm", ["iqm", "low", "high"]].tolist() == pytest.approx(list(aggregates.aggregate(runs)[:3]))
    free = aggregates.aggregate(runs, tasks_too=True)
    assert table.loc["lstm", ["low_tasks", "high_tasks"]].tolist() == pytest.approx([free.low, free.high])


def test_profiles_and_improvements_follow_the_skills(finals):
    results = finals({("speech-like", "lstm"): [0.9, 0.8], ("speech-like", "gru"): [0.3, 0.85]})
    profile = overall.profiles(results).set_index(["architecture", "threshold"])["share"]
    shares = {round(threshold, 2): share for (name, threshold), share in profile.items() if name == "gru"}
    assert (shares[0.2], shares[0.5], shares[0.9]) == (1.0, 0.5, 0.0)
    (row,) = overall.improvements(results).to_dict("records")
    assert (row["first"], row["second"], row["probability"]) == ("lstm", "gru", 0.75)


@pytest.mark.parametrize(("tasks", "drawn"), [(7, False), (8, True)])
def test_a_critical_difference_diagram_takes_eight_tasks(finals, tasks, drawn):
    found = overall.ranks(study(finals, tasks))
    assert found.drawn == drawn
    assert found.why == ("" if drawn else "a critical-difference diagram takes 8 tasks, here are 7")
    assert found.table.to_dict("list") == {"architecture": ["lstm", "gru"], "rank": [1.0, 2.0]}
    assert found.p.loc["lstm", "gru"] == pytest.approx(2 / 2**tasks)
    assert found.groups == []
    assert np.isnan(found.friedman)  # takes three architectures


def test_stability_names_the_winner_without_each_task(finals):
    results = finals({
        ("speech-like", "lstm"): [0.99] * 4, ("speech-like", "gru"): [0.1] * 4,
        ("sentiment-like", "lstm"): [0.4] * 4, ("sentiment-like", "gru"): [0.5] * 4,
    })  # fmt: skip
    winners = overall.stability(results).set_index("without")["winner"].to_dict()
    assert winners == {overall.NOBODY: "lstm", "speech-like": "gru", "sentiment-like": "lstm"}


def test_noise_is_told_apart_into_data_seeds_and_search(finals, tmp_path, records):
    data, own = 0.1 * RANDOM.normal(size=400), 0.05 * RANDOM.normal(size=(2, 2, 400))
    searched = {}
    for search, shift in enumerate((0.0, 0.2)):
        skills = {("speech-like", name): list(0.5 + shift + data + own[search, place]) for place, name in enumerate(("lstm", "gru"))}  # fmt: skip # noqa: E501
        searched[search] = finals(skills, search_seed=search + 1)
    searched[0].variants = {"another search seed": searched[1], "equal units": finals(skills, search_seed=1)}
    (row,) = overall.noise(searched[0]).to_dict("records")
    assert (row["task"], row["runs"], row["searches"]) == ("speech-like", 400, 2)
    assert row["data"] == pytest.approx(0.1, rel=0.1)
    assert row["seeds"] == pytest.approx(0.05, rel=0.1)
    assert row["search"] == pytest.approx(0.2 / np.sqrt(2), rel=0.1)  # standard deviation of 0 and 0.2
    assert row["spread"] == pytest.approx(np.hypot(0.1, 0.05), rel=0.1)


def test_noise_of_one_architecture_and_one_search_is_not_told_apart(finals):
    (row,) = overall.noise(finals({("speech-like", "lstm"): [0.5, 0.6, 0.7]})).to_dict("records")
    assert row["spread"] == pytest.approx(0.1)
    assert np.isnan([row["data"], row["seeds"], row["search"]]).all()


def test_centres_of_a_cell_with_the_runs_used_and_failed(finals):
    results = finals({("speech-like", "lstm"): [0.1, 0.2, 0.3, 0.4, 0.5, None]})
    table = overall.centres(results).set_index("statistic")
    scores = results.finals["score"]
    assert table["centre"].to_dict() == pytest.approx({"mean": scores.mean(), "median": scores.median(), "iqm": scores.mean()})  # fmt: skip # noqa: E501
    assert (table["n"].tolist(), table["failed"].tolist()) == ([5] * 3, [1] * 3)
    assert table.loc["mean", ["low", "high"]].tolist() == pytest.approx(list(statistics.bootstrap_t(scores)[1:3]))


def test_without_runs_there_is_nothing_to_aggregate(tmp_path, records):
    results = records.finals(tmp_path, {("speech-like", "lstm"): []})
    for frame in (overall.aggregate, overall.profiles, overall.improvements, overall.stability, overall.noise):
        assert frame(results).empty
    assert overall.ranks(results).tasks == 0
