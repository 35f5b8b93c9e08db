"""The contract of every kind of search, and that a new one is one decorated function."""

import pytest
from repository import ROOT

from suite.experiment.expected_runs import trials_are_independent
from suite.experiment.experiment import Experiment
from suite.results.experiment_info import ExperimentInfo
from suite.search.methods import METHODS, Place, method


@pytest.mark.parametrize("name", METHODS.names())
class TestContract:
    def test_it_says_what_a_reader_has_to_know(self, name):
        note = METHODS.get(name).note
        assert note.endswith(".")
        assert ("order" in note) == METHODS.get(name).adaptive

    def test_its_guide_explains_it(self, name):
        assert f'| `"{name}"`' in (ROOT / "docs" / "search.md").read_text()

    @pytest.mark.parametrize("epochs", [1, 2, 9, 30])
    def test_a_trial_depends_only_on_earlier_ones_and_has_at_most_the_longest_training(self, name, epochs):
        for index in range(60):
            place = METHODS.get(name).trial_place(index, epochs)
            assert 1 <= place.epochs <= epochs
            assert all(0 <= rival < index for rival in place.rivals)
            assert not place.rivals or place.rank < len(place.rivals)

    def test_the_first_trial_trains_in_full(self, name):
        assert METHODS.get(name).trial_place(0, 30) == Place(30)


def test_random_trials_alone_are_independent_draws_of_one_budget():
    assert [name for name in METHODS.names() if METHODS.get(name).independent] == ["random"]
    assert trials_are_independent(ExperimentInfo(search="random"))
    assert not trials_are_independent(ExperimentInfo(search="hyperband"))
    assert not trials_are_independent(ExperimentInfo(search="of another version"))


@pytest.fixture
def halves(monkeypatch):
    """Register a kind of search whose odd trials repeat the one before in full, after half of the epochs."""
    monkeypatch.setattr(METHODS, "_entries", dict(METHODS._entries))

    def place(index: int, epochs: int) -> Place:
        return Place(epochs, range(index - 1, index)) if index % 2 else Place(max(epochs // 2, 1))

    @method("halves", note="Every second trial repeats the one before.", trial_place=place)
    def halves(trials, **options):
        """Draw at random."""


def test_a_new_kind_of_search_is_one_decorated_function(halves):
    experiment = Experiment(["adding-5"], ["gru"], search="halves", trials=4, epochs=8)
    assert experiment.resolved()["search_note"] == "Every second trial repeats the one before."
    assert [experiment.epochs_of("trial", index) for index in range(4)] == [4, 8, 4, 8]
    assert not trials_are_independent(experiment)
