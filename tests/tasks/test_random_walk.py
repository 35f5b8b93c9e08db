"""The control with real training: where nothing can be predicted, no superiority is supported."""

import pytest
from studies import ONE_STRUCTURE, run

from suite.analysis.comparisons import compare
from suite.claims import Claim, judge
from suite.claims.preregistration import fixed, registration
from suite.experiment.experiment import Experiment
from suite.files.reading import read_json
from suite.results.results import load
from suite.runner.progress import Progress

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

WALK = "prices-random-walk"


def superiority(first, second):
    return Claim(f"{first}-ahead", f"{first} is ahead", "nobody", "skill-difference", (first, second), tasks=(WALK,))


@pytest.fixture(scope="module")
def experiment(clean_registries):
    return Experiment(
        tasks=[WALK],
        architectures=["simple-rnn", "lstm"],
        trials=12,
        epochs=2,
        patience=2,
        seeds=2,
        weights=60,
        search_space=ONE_STRUCTURE,
        examples=200,
        name="walk",
        claims=[superiority("lstm", "simple-rnn"), superiority("simple-rnn", "lstm")],
    )


@pytest.fixture(scope="module")
def walked(tmp_path_factory, experiment):
    return load(run(experiment, tmp_path_factory.mktemp("results"), workers=0, progress=Progress(quiet=True)).root)


def test_no_claim_of_superiority_is_supported_on_a_random_walk(walked):
    found = {one.id: one for one in judge(walked)}
    assert {found[id].n for id in ("lstm-ahead", "simple-rnn-ahead", f"predictable-{WALK}")} == {12}
    assert [one.id for one in found.values() if one.verdict == "supported"] == []


def test_the_dates_of_its_predictions_are_stored(walked):
    for path in walked.store.record_paths():
        if path.name.startswith("final"):
            arrays = walked.predictions("/".join((*path.parts[-3:-1], path.stem)))
            assert arrays["times"].shape == arrays["target"].shape


def test_no_architecture_is_found_better_than_the_trivial_baseline(walked):
    found = compare(walked, WALK)
    assert len(found.trivial) == 2
    assert [one.first for one in found.trivial if one.verdict == "better"] == []


def test_claims_margin_and_seeds_were_fixed_before_the_first_run(walked, experiment):
    assert walked.experiment.claims_fixed == fixed(experiment, None, False)
    assert "claims" not in read_json(walked.store.path("experiment"))
    assert registration(walked).startswith("Claims, margin and numbers of runs were fixed before anything ran")
    written = [path.stat().st_mtime_ns for path in walked.store.record_paths()]
    assert (walked.store.root / "experiment.json").stat().st_mtime_ns <= min(written)
