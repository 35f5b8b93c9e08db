"""One definition of a valid step: a token that is not 0, wherever it stands; else a step before the given length."""

import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import RequestError
from suite.tasks.checks import check
from suite.tasks.data import Data
from suite.tasks.description import describe
from suite.tasks.task import TASKS, task


def tagged(n: int, left: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Tokens from 1 to 10, tagged 1 above 5, and padded to 30 on one side."""
    x = np.zeros((n, 30), "int32")
    for row in x:
        size = rng.integers(16, 27)
        row[30 - size if left else 0 : 30 if left else size] = rng.integers(1, 11, size)
    return x, (x > 5).astype("int64")


@pytest.fixture
def tags():
    """Declares the tagging task with padding on the left or on the right, from the same draws."""

    def declare(left: bool):
        name = "tags-left" if left else "tags-right"

        @task(name, family="own", kind="classification", metric="accuracy", baseline="majority",
              trained_baseline="bag-of-words", per_step=True, vocabulary=11)  # fmt: skip
        def load(seed: int) -> Data:
            rng = np.random.default_rng(seed)
            return Data(*(tagged(n, left, rng) for n in (80, 40, 40)))

        return TASKS.get(name)

    yield declare
    TASKS.forget(__file__)


def test_both_sides_of_padding_score_alike(tags):
    left, right = (measure(one, one.load(1)) for one in (tags(True), tags(False)))
    assert left["baseline"]["test"]["accuracy"] == right["baseline"]["test"]["accuracy"] == pytest.approx(0.5, abs=0.05)
    assert left["trained_baseline"]["test"] == pytest.approx(right["trained_baseline"]["test"], nan_ok=True)


def test_bounds_and_counts_of_valid_steps():
    x = np.array([[0, 0, 3, 4], [5, 6, 0, 0], [0, 7, 0, 8]])
    data = Data((x, x), (x, x), (x, x))
    assert data.steps("train").tolist() == [2, 2, 2]
    assert [bound.tolist() for bound in data.bounds("train")] == [[2, 0, 1], [3, 1, 3]]
    assert data.valid("train").tolist() == (x != 0).tolist()


def test_examples_are_shown_from_their_first_valid_step(tags):
    shown = describe(tags(True), tags_data := TASKS.get("tags-left").load(1))["examples"][0]
    assert shown["x"][0] != 0
    assert shown["length"] == tags_data.steps("train")[0]
    assert shown["y"][: shown["length"]] == [int(token > 5) for token in shown["x"][: shown["length"]]]


def test_token_0_between_others_is_a_finding(tags):
    @task(
        "events",
        family="own",
        kind="classification",
        metric="accuracy",
        baseline="majority",
        per_step=True,
        vocabulary=10,
    )
    def events(seed: int) -> Data:
        x = np.random.default_rng(seed).integers(0, 10, (60, 20)).astype("int32")
        x[:, 0] = 1
        return Data(*[(x, x.astype("int64"))] * 3)

    found = [str(one) for one in check(TASKS.get("events"))]
    assert any("token 0 stands between others in" in one and "add 1 to all tokens" in one for one in found)


class TestStandardise:
    @pytest.fixture
    def prices(self):
        def declare(**options):
            @task("prices", family="own", kind="regression", metric="mae", baseline="last-value", **options)
            def load(seed: int) -> Data:
                x = 30_000 + 500 * np.random.default_rng(seed).normal(size=(90, 5, 2))
                return Data(*[(part, part[:, -1, 0].astype("float32")) for part in np.split(x, 3)])

            return TASKS.get("prices")

        yield declare
        TASKS.forget(__file__)

    def test_inputs_far_from_standardised_are_a_finding(self, prices):
        found = [str(one) for one in check(prices())]
        assert any("x is not standardised (feature" in one and "standardise=True" in one for one in found)

    def test_they_can_be_standardised_by_the_training_split(self, prices):
        data = prices(standardise=True).load(1)
        np.testing.assert_allclose(data.train[0].mean(axis=(0, 1)), 0, atol=1e-4)
        assert abs(data.test[0].mean()) > 1e-6
        assert measure(TASKS.get("prices"), data)["baseline"]["test"]["mae"] == pytest.approx(0, abs=1e-2)
        assert str(data.preparation["reader"]) == "arrays"

    def test_what_is_scaled_already_is_refused(self):
        @task("twice", family="own", kind="regression", metric="mae", baseline="mean", standardise=True)
        def twice(seed: int) -> Data:
            x = np.random.default_rng(seed).normal(size=(30, 5, 1))
            return Data(
                *[(x, x[:, 0, 0].astype("float32"))] * 3, preparation={"mean": np.zeros(1), "scale": np.ones(1)}
            )

        with pytest.raises((ValueError, RequestError), match="scaled already"):
            TASKS.get("twice").load(1)
        TASKS.forget(__file__)
