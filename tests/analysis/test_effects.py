"""Effects: the wider of two intervals, for other replicates and for other test examples."""

import numpy as np
import pytest

from suite.analysis.best_of import Searched
from suite.analysis.comparisons import compare
from suite.analysis.effects import cells_of, chances, effect, effect_of_replicates, estimate, estimates, items_reach

TASK = "sentence-polarity"
PAIR = [(1.0, TASK, "lstm"), (-1.0, TASK, "gru")]
TRIALS, EXAMPLES = 24, 60


@pytest.fixture
def right():
    """LSTM and GRU differ on single examples, which all trials agree on, and hardly between trials."""
    random = np.random.default_rng(1)
    persistent = {name: random.random(EXAMPLES) < 0.8 for name in ("lstm", "gru")}
    every = {name: np.tile(hits, (TRIALS, 1)).astype(float) for name, hits in persistent.items()}
    for hits in every.values():
        hits[np.arange(TRIALS), random.integers(0, EXAMPLES, TRIALS)] = 1
    return every


def test_the_wider_interval_decides(records, tmp_path, right):
    results = records.on_examples(tmp_path, right, np.arange(EXAMPLES))
    cells = cells_of(results, PAIR)
    narrow, reach, found = (
        effect_of_replicates(cells, 0.95),
        items_reach(results, cells, 0.95),
        effect(results, PAIR, 0.95),
    )
    assert reach > narrow.high - narrow.low
    assert found == pytest.approx((narrow.centre, narrow.centre - reach, narrow.centre + reach, TRIALS))
    assert compare(results, TASK).pairs[0].plain == (found if found.centre >= 0 else -found)


def test_with_many_examples_the_trials_decide(records, tmp_path, right):
    many = {name: np.repeat(hits, 400, axis=1) for name, hits in right.items()}
    results = records.on_examples(tmp_path, many, np.arange(400 * EXAMPLES))
    assert effect(results, PAIR, 0.95) == effect_of_replicates(cells_of(results, PAIR), 0.95)


def test_a_single_group_of_examples_decides_nothing(records, tmp_path, right):
    results = records.on_examples(tmp_path, right, ["theo"] * EXAMPLES, "group")
    assert effect(results, PAIR, 0.95)[1:3] == (-np.inf, np.inf)
    assert not any(one.verdict.settled for one in compare(results, TASK).every)


def test_all_budgets_of_a_task_are_tested_on_the_same_examples(records, tmp_path, right):
    def reach(*tasks):
        results = records.on_examples(tmp_path, right, np.arange(EXAMPLES), tasks=tasks)
        terms = [(weight / len(tasks), task, name) for task in tasks for weight, _, name in PAIR]
        return items_reach(results, cells_of(results, terms), 0.95)

    assert reach("polarity@10w", "polarity@40w") == pytest.approx(reach("polarity"))
    assert reach("polarity", "opinion") == pytest.approx(reach("polarity") / np.sqrt(2))  # these are independent


def test_no_skill_above_one_is_within_an_interval(records, tmp_path, right):
    results = records.on_examples(tmp_path, right, np.arange(EXAMPLES) // 20, "group")
    assert effect(results, [(1.0, TASK, "lstm")], 0.999).high == 1.0


def test_probabilities_are_spread_like_the_interval(records, tmp_path, right):
    known = records.on_examples(tmp_path, right, np.arange(EXAMPLES))
    wide = chances(known, PAIR, 0.02)
    known.remembered.clear()
    known.items = lambda *_: {}
    narrow = chances(known, PAIR, 0.02)
    assert max(narrow) > 0.99
    assert max(wide) < 0.97


def test_folds_are_one_test_split_each(records, tmp_path, right):
    speakers = np.repeat([["a"], ["b"], ["c"]], EXAMPLES, axis=1)
    results = records.on_examples(tmp_path, right, speakers, "group", folds=3)
    own = [2 * (right["lstm"][k::3].mean() - right["gru"][k::3].mean()) for k in range(3)]
    reach = items_reach(results, cells_of(results, PAIR), 0.95)
    assert 0 < reach < 5 * np.std(own, ddof=1)


def test_sums_computed_at_once_are_what_each_is_alone():
    random = np.random.default_rng(2)
    sums = []
    for number in range(9):
        tied = random.normal(size=(2, TRIALS)).round(1 if number % 3 else 9)  # some cells have ties, and some do not
        terms = [
            (sign, Searched(each, each + random.normal(size=TRIALS), 4, number % 2))
            for sign, each in zip((1, -1), tied, strict=True)
        ]
        sums.append(terms[:1] if number > 6 else [*terms, (0.5, Searched(0.0, random.normal(size=TRIALS), 1))])
    assert estimates(sums, 0.99) == [estimate(terms, 0.99) for terms in sums]
