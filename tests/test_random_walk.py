"""The control with real training: where nothing can be predicted, no superiority is supported."""

import pytest

from suite.claims import Claim, judge
from suite.comparisons import compare
from suite.experiment import Experiment
from suite.progress import Progress
from suite.results import load
from suite.runner import run

pytestmark = pytest.mark.training

WALK = "prices-random-walk"


def superiority(first, second):
    return Claim(f"{first}-ahead", f"{first} is ahead", "nobody", "skill-difference", (first, second), tasks=(WALK,))


@pytest.fixture(scope="module")
def walked(tmp_path_factory, clean_registries):
    experiment = Experiment(
        tasks=[WALK],
        architectures=["simple-rnn", "lstm"],
        trials=2,
        epochs=2,
        patience=2,
        seeds=5,
        weights=60,
        examples=200,
        name="walk",
        claims=[superiority("lstm", "simple-rnn"), superiority("simple-rnn", "lstm")],
    )
    return load(run(experiment, tmp_path_factory.mktemp("results"), workers=0, progress=Progress(quiet=True)).root)


def test_no_claim_of_superiority_is_supported_on_a_random_walk(walked):
    found = {one.id: one for one in judge(walked)}
    assert {found[id].n for id in ("lstm-ahead", "simple-rnn-ahead", f"predictable-{WALK}")} == {5}
    assert [one.id for one in found.values() if one.verdict == "supported"] == []


def test_no_architecture_is_found_better_than_the_trivial_baseline(walked):
    found = compare(walked, WALK)
    assert len(found.trivial) == 2
    assert [one.first for one in found.trivial if one.verdict == "better"] == []
