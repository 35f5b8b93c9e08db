"""Rivals: the report names the best rival in its sentences, and shows all of them with their costs, and references."""

import numpy as np
import pytest

from suite.analysis.best import best
from suite.claims.judge import judge
from suite.notebook import load
from suite.report.findings import find
from suite.report.lead import lead
from suite.report.rivals import rivals
from suite.report.scores import row_of
from suite.report.task_section import scores
from suite.report.terminal import brief

TASK = "speech-like"
NOISE = np.random.default_rng(1).normal(0, 0.02, 24)


def draw(best, seconds=2.0, **scores):
    """Return the entry of one data draw in task.json."""
    words = {
        "order-free": "a linear model of means and spreads",
        "minirocket": "a ridge regression on MiniRocket features",
    }
    held = {
        name: {
            "words": words[name],
            "seconds": seconds,
            "scores": {split: {"accuracy": score} for split in ("validation", "test")},
        }
        for name, score in scores.items()
    }
    return {"rivals": held, "best_rival": best}


@pytest.fixture
def results(tmp_path, records):
    """Writes trials of two architectures with these mean scores beside data draws, and returns the results."""

    def write(draws, mean=0.2, noise=1.0, **facts):
        records.write_experiment(tmp_path, trials=24, best_of=4, tasks=[TASK], architectures=["gru", "lstm"], seeds=0)
        records.write_task(tmp_path, TASK, baselines={str(seed): one for seed, one in enumerate(draws)}, **facts)
        records.write_trials(tmp_path, TASK, {"gru": mean + noise * NOISE, "lstm": mean + noise * NOISE[::-1]})
        return load(tmp_path)

    return write


def test_sentences_name_the_best_rival_by_its_own_words(results):
    found = results([draw("minirocket", minirocket=0.44)])
    words = "a ridge regression on MiniRocket features"
    assert find(found, TASK).headline == f"Use {words}: it beats every network."
    assert any(sentence.startswith(f"Worse than {words}: ") for sentence in find(found, TASK).evidence)
    assert best(found, TASK).verdict == f"use {words}, which is better than every architecture"
    assert row_of(found, TASK).trained == "0.44 (minirocket)"


def test_a_rival_that_differs_between_draws_is_the_best_one_of_each(results):
    found = results([draw("minirocket", minirocket=0.5), draw("order-free", **{"order-free": 0.4})])
    both = "a ridge regression on MiniRocket features or a linear model of means and spreads"
    assert find(found, TASK).headline.startswith(f"Use the best rival ({both}): it beats every network.")


def test_all_rivals_are_listed_with_mean_scores_and_seconds(results):
    draws = [
        draw("minirocket", 4.0, **{"order-free": 0.4, "minirocket": 0.5}),
        draw("order-free", 2.0, **{"order-free": 0.44, "minirocket": 0.4}),
    ]
    table = rivals(results(draws), TASK)
    assert table.rows == [
        ["order-free", "a linear model of means and spreads", "0.42", "0.42", "3", "in 1 of 2 draws"],
        ["minirocket", "a ridge regression on MiniRocket features", "0.45", "0.45", "3", "in 1 of 2 draws"],
    ]
    assert "means over 2 data draws" in table.caption


def test_results_of_before_have_no_list_and_keep_their_words(results):
    found = results([{"trained_baseline": {"test": {"accuracy": 0.44}}}])
    assert rivals(found, TASK).rows == []
    assert "Use the trained baseline (order-free)" in find(found, TASK).headline


def test_references_are_rows_of_the_table_without_a_verdict(results):
    beside = [{"references": {"prophet": {"test": {"accuracy": score}}}} for score in (0.7, 0.8)]
    found = results(beside, reference=[0.981, "Kuster 2009"])
    rows = {row[0]: row[1:] for row in scores(found, TASK).rows}
    assert rows["reference: Kuster 2009"] == ["0.981", "", "", "", ""]
    assert rows["reference: prophet"][0] == "0.75"
    assert "Kuster" not in find(found, TASK).headline


class TestWorthANetwork:
    """Of the best network against the best rival, whose skill is 0.38."""

    @pytest.mark.parametrize(
        ("mean", "verdict"),
        [(0.7, "supported"), (0.44, "practically equal"), (0.2, "contradicted"), (0.456, "undecided")],
    )
    def test_it_is_a_claim_about_every_task_with_a_rival(self, results, judged, mean, verdict):
        one = judged(results([draw("minirocket", minirocket=0.44)], mean, noise=0.1), f"worth-a-network-{TASK}")
        assert one.verdict == verdict
        assert "skill of the best network minus that of a ridge regression on MiniRocket features is" in one.sentence
        assert any("CPU time: 2 s for the best rival with its tuning; for each" in line for line in one.evidence)

    @pytest.mark.parametrize(
        ("mean", "first"),
        [
            (0.44, "Speech like: a network is not worth its cost, because a ridge regression on MiniRocket features is practically as good as the best one."),  # noqa: E501
            (0.2, "Speech like: use a ridge regression on MiniRocket features, which beats every network."),
            (0.7, "Speech like: gru and lstm are practically equal (within 0.02 of skill)."),
        ],
    )  # fmt: skip
    def test_the_answer_begins_with_it_where_the_reply_is_no(self, results, mean, first):
        found = results([draw("minirocket", minirocket=0.44)], mean, noise=0.1)
        assert lead(found)[0] == brief(found)[0] == first

    def test_a_rival_that_solves_a_generated_task_is_none_but_one_that_solves_real_data_is(
        self, results, records, monkeypatch
    ):
        monkeypatch.setitem(records.TRAINED, TASK, 1.0)
        for source, ids in (("generated", set()), ("my files", {f"worth-a-network-{TASK}"})):
            found = judge(results([draw("minirocket", minirocket=1.0)], 0.99, source=source))
            assert {one.id for one in found if one.id.startswith("worth")} == ids
