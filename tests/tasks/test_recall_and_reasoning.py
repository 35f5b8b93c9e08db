"""Tasks on recall by content and on reasoning: their targets are those of solvers written another way."""

from collections import Counter
from itertools import permutations
from statistics import median

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS
from suite.tasks.task import TASKS

EXAMPLES = 200


def loaded(name, seed=1):
    return TASKS.get(name).load(seed, EXAMPLES)


def evaluated(data, split="validation"):
    """(tokens, place, target) of every evaluated step."""
    x, y = data.pair(split)
    mask = np.ones(y.shape, bool) if data.scored is None else data.scored[split]
    return [(x[row].tolist(), step, int(y[row, step])) for row, step in np.argwhere(mask)]


class TestSelectiveCopying:
    def test_the_symbols_are_recalled_in_the_order_in_which_they_came(self):
        data = loaded("selective-copying-24")
        for tokens, step, target in evaluated(data):
            symbols = [token for token in tokens if token < 9]
            assert len(symbols) == 8
            assert symbols[step - 24] == target + 1
            assert set(tokens[24:]) == {10}

    def test_they_stand_anywhere(self):
        x = loaded("selective-copying-24").train[0][:, :24]
        share = (x < 9).mean(axis=0)
        assert np.abs(share - 1 / 3).max() < 0.15


class TestAssociativeRecall:
    @pytest.mark.parametrize("length", [16, 32])
    def test_every_key_is_asked_once_and_has_the_value_that_followed_it(self, length):
        data = loaded(f"associative-recall-{length}")
        asked = Counter()
        for tokens, step, target in evaluated(data):
            pairs = dict(zip(tokens[: length // 2 : 2], tokens[1 : length // 2 : 2], strict=True))
            assert len(pairs) == length // 4
            assert pairs[tokens[step]] == 17 + target
            asked[tuple(tokens)] += 1
        assert set(asked.values()) == {length // 4}

    def test_more_pairs_than_keys_are_refused(self):
        with pytest.raises(RequestError, match="associative-recall-68 needs 1 to 16 pairs"):
            loaded("associative-recall-68")


class TestInductionHeads:
    def test_the_target_followed_the_special_token_when_it_came_first(self):
        x, y = loaded("induction-heads-32").train
        for tokens, target in zip(x.tolist(), y.tolist(), strict=True):
            assert (tokens[-1], tokens.count(9)) == (9, 2)
            assert tokens[tokens.index(9) + 1] == target + 1

    def test_its_place_varies_over_the_whole_sequence(self):
        x = loaded("induction-heads-32").train[0]
        assert set((x == 9).argmax(axis=1)) == set(range(30))


class TestStateTracking:
    @pytest.mark.parametrize(("items", "swaps"), [(3, 3), (5, 10)])
    def test_a_person_who_swaps_cups_finds_the_same_orders(self, items, swaps):
        data = loaded(f"state-tracking-s{items}-16")
        pairs = [None, *((i, j) for i in range(items) for j in range(i + 1, items))]
        assert len(pairs) == swaps + 1
        orders = sorted(permutations(range(items)))
        for x, y in (data.train, data.extra["test-4x"]):
            for tokens, targets in zip(x[:20].tolist(), y[:20].tolist(), strict=True):
                cups = list(range(items))
                for token, target in zip(tokens, targets, strict=True):
                    if pair := pairs[token - 1]:
                        first, second = pair
                        cups[first], cups[second] = cups[second], cups[first]
                    assert orders[target] == tuple(cups)

    def test_it_is_also_tested_at_four_times_the_length(self):
        data = loaded("state-tracking-s3-16")
        assert (data.test[0].shape[1], data.extra["test-4x"][0].shape[1]) == (16, 64)

    def test_the_swaps_do_not_commute(self):
        from suite.tasks.builtin.reasoning import products

        after = products(3)
        assert after[1][after[2][0]] != after[2][after[1][0]]
        assert after.shape == (4, 6)


def parsed(tokens):
    """The result of an expression, read with a stack from left to right."""
    stack = []
    for token in tokens:
        if token == 15:
            values = []
            while not isinstance(stack[-1], str):
                values.append(stack.pop())
            name = stack.pop()
            stack.append(
                {"MAX": max, "MIN": min, "MED": lambda v: int(median(v)), "SM": lambda v: sum(v) % 10}[name](values)
            )
        else:
            stack.append(token - 1 if token <= 10 else ["MAX", "MIN", "MED", "SM"][token - 11])
    (result,) = stack
    return result


class TestListOps:
    def test_targets_are_those_of_a_parser_with_a_stack(self):
        data = loaded("list-ops-20")
        for split in SPLITS:
            for tokens, target in zip(*(part.tolist() for part in data.pair(split)), strict=True):
                assert parsed([token for token in tokens if token]) == target

    @pytest.mark.parametrize(
        ("tokens", "result"),
        [([11, 3, 8, 15], 7), ([12, 3, 8, 15], 2), ([13, 1, 4, 5, 10, 15], 3), ([14, 7, 11, 9, 2, 15, 15], 4)],
    )
    def test_the_parser_knows_results_worked_out_by_hand(self, tokens, result):
        assert parsed(tokens) == result

    def test_some_are_nested_and_all_fit(self):
        x = loaded("list-ops-20").train[0]
        assert x.shape == (EXAMPLES, 20)
        operations = ((x > 10) & (x < 15)).sum(axis=1)
        assert set(operations) >= {1, 2, 3}
        assert ((x == 15).sum(axis=1) == operations).all()
