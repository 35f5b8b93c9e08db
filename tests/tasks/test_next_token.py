"""Next tokens: a classification at every step whose target is the token that comes next."""

import numpy as np
import pytest
from baseline_scores import measure

from suite import Data, task
from suite.tasks.task import TASKS

TEXT = np.array([1, 2, 3, 3] * 50)  # every fourth character is a 1 or a 2, every second a 3


@pytest.fixture
def next_token():
    @task(
        "next", family="text", kind="classification", metric="bits", baseline="majority", per_step=True,
        trained_baseline="flattened", classes=5,
    )  # fmt: skip
    def characters(seed: int) -> Data:
        """Which character comes next?"""
        windows = np.lib.stride_tricks.sliding_window_view(TEXT, 9)
        x, y = windows[:, :-1].astype(np.int32), windows[:, 1:].astype(np.int64)
        return Data((x[:120], y[:120]), (x[120:150], y[120:150]), (x[150:], y[150:]))

    return TASKS.get("next")


def test_frequencies_alone_need_the_entropy_of_the_characters(next_token):
    scores = measure(next_token, next_token.load(1))
    test = scores["baseline"]["test"]
    assert test["bits"] == pytest.approx(1.5, abs=0.02)  # bits per character
    assert test["perplexity"] == pytest.approx(2**1.5, abs=0.05)
    assert scores["trained_baseline"]["test"]["bits"] < 0.2  # two characters tell which comes next


def test_a_character_that_training_lacks_has_an_output(next_token):
    assert next_token.signature(next_token.load(1)).outputs == 5
