"""How a task is declared, looked up, loaded and held to its declaration."""

from dataclasses import replace

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS, Data, Signature
from suite.tasks.task import TASKS, Task, task
from suite.tasks.validation import check_data

DECLARATION = {"family": "machines", "kind": "regression", "metric": "mse", "baseline": "mean"}


def floats(examples: int = 4, time: int = 3, features: int = 2) -> np.ndarray:
    return np.arange(examples * time * features, dtype=np.float32).reshape(examples, time, features)


def three(x: np.ndarray, y: np.ndarray) -> Data:
    return Data(train=(x, y), validation=(x.copy(), y.copy()), test=(x.copy(), y.copy()))


def declare(name: str = "sensor", **fields) -> Task:
    @task(name, **(DECLARATION | fields))
    def sensor(seed: int, length: int = 3, examples: int = 4) -> Data:
        """What goes in,
        and what must come out."""
        return three(floats(examples, length), np.full(examples, seed, dtype=np.float32))

    return TASKS.get(name.format(length=5))


class TestDeclaration:
    def test_a_task_is_found_by_its_name_with_what_was_declared(self):
        found = declare(metric="mae", ceiling=0.5, tags=("slow",))
        assert (found.family, found.metric, found.ceiling, found.tags) == ("machines", "mae", 0.5, ("slow",))
        assert found.description == "What goes in, and what must come out."
        assert found.place.startswith(__file__)

    def test_sentences_call_it_by_its_title_or_else_by_its_name_in_words(self):
        assert declare("pump-failure").called == "Pump failure"
        assert declare("noisy-{length}", lengths=(3,)).called == "Noisy (5 steps)"
        assert TASKS.get("pump-failure@4000w").called == "Pump failure with 4,000 weights"
        assert declare("far-{length}", lengths=(3,), title="Far apart ({length} steps)").called == "Far apart (5 steps)"

    @pytest.mark.parametrize("title", [7, "two\nlines", 61 * "x"])
    def test_a_title_is_one_short_line(self, title):
        with pytest.raises(RequestError, match="title=.* must be one line of at most 60 characters"):
            declare(title=title)

    def test_the_decorated_function_stays_a_function(self):
        @task("plain", **DECLARATION)
        def plain(seed: int) -> Data:
            return three(floats(), np.zeros(4))

        assert plain(1).train[0].shape == (4, 3, 2)

    @pytest.mark.parametrize(
        ("metric", "direction"), [("mse", "lower"), ("r2", "higher"), ("directional_accuracy", "higher")]
    )
    def test_the_direction_follows_from_the_metric(self, metric, direction):
        assert declare(metric=metric).direction == direction

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"kind": "regresion"}, "did you mean 'regression'"),
            ({"metric": "accuracy"}, "unknown metric 'accuracy' for a regression"),
            ({"baseline": "last_value"}, "did you mean 'last-value'"),
            ({"trained_baseline": "bag-of-word"}, "did you mean 'bag-of-words'"),
            ({"lengths": (5, 10)}, "a sweep needs both"),
        ],
    )
    def test_an_invalid_declaration_names_the_task_the_place_and_the_fix(self, fields, message):
        with pytest.raises(RequestError, match=message) as caught:
            declare(**fields)
        assert "task 'sensor'" in str(caught.value)
        assert __file__ in str(caught.value)

    def test_a_placeholder_without_lengths_is_wrong(self):
        with pytest.raises(RequestError, match="a sweep needs both"):
            declare("sensor-{length}")

    @pytest.mark.parametrize("name", ["", "../up", "a/b", "-dash", "a b"])
    def test_a_name_that_cannot_be_a_folder_is_refused(self, name):
        with pytest.raises(RequestError, match="use letters, digits"):
            declare(name)

    def test_a_name_registered_twice_names_both_places(self):
        declare()
        with pytest.raises(RequestError, match="registered twice") as caught:
            declare()
        assert str(caught.value).count(__file__) == 2


class TestLookUp:
    def test_an_unknown_name_brings_the_closest_one(self):
        with pytest.raises(RequestError, match="unknown task 'adding-5O': did you mean 'adding-50'"):
            TASKS.get("adding-5O")

    def test_a_sweep_is_listed_length_by_length(self):
        declare("sensor-{length}", lengths=(5, 10))
        assert [name for name in TASKS.names() if name.startswith("sensor")] == ["sensor-5", "sensor-10"]

    def test_a_sweep_is_found_at_any_length(self):
        declare("sensor-{length}", lengths=(5, 10))
        found = TASKS.get("sensor-77")
        assert (found.name, found.length, found.sweep) == ("sensor-77", 77, "sensor")
        assert found.load(seed=1).train[0].shape == (4, 77, 2)

    @pytest.mark.parametrize("name", ["sensor-1", "sensor-0", "sensor-05", "sensor-x", "sensor-5-5", "sensor-{length}"])
    def test_a_sweep_is_not_found_at_an_invalid_length(self, name):
        declare("sensor-{length}", lengths=(5, 10))
        with pytest.raises(RequestError, match="unknown task"):
            TASKS.get(name)


class TestLoading:
    def test_the_seed_reaches_the_function_and_examples_sizes_the_training_split(self):
        x, y = declare().load(seed=7, examples=9).train
        assert len(x) == 9
        assert set(y) == {7}

    def test_real_data_ignore_examples(self):
        def fixed(seed: int) -> Data:
            return three(floats(), np.zeros(4))

        real = replace(declare(), function=fixed)
        assert len(real.load(seed=1, examples=9).train[0]) == 4

    def test_the_signature_of_floats(self):
        found = declare()
        assert found.signature(found.load(1)) == Signature(3, 2, None, 1, False, "regression", False)

    def test_the_signature_of_tokens_counts_padding_and_classes(self):
        tokens = np.array([[1, 2, 0], [5, 0, 0], [4, 3, 1]])
        data = three(tokens, np.array([0, 2, 1]))
        entry = replace(declare(), kind="classification", metric="accuracy", baseline="majority")
        assert entry.signature(data) == Signature(3, None, 6, 3, True, "classification", False)
        assert replace(entry, vocabulary=9).signature(data).vocabulary == 9
        assert data.steps("train").tolist() == [2, 1, 3]

    def test_the_signature_of_values_at_every_step(self):
        entry = replace(declare(), per_step=True)
        assert entry.signature(three(floats(), np.zeros((4, 3, 5)))).outputs == 5
        assert entry.signature(three(floats(), np.zeros((4, 3)))).outputs == 1

    def test_given_lengths_are_the_valid_steps(self):
        data = replace(three(floats(), np.zeros(4)), lengths={"train": [3, 2, 1, 3]})
        assert data.steps("train").tolist() == [3, 2, 1, 3]


class TestAnswersAtPaddedSteps:
    PER_STEP = three(floats(), np.zeros((4, 3)))
    LENGTHS = dict.fromkeys(SPLITS, np.array([3, 2, 1, 3]))

    def test_padded_steps_are_outside_the_mask(self):
        data = replace(self.PER_STEP, lengths=self.LENGTHS).masked_at_padding()
        assert data.scored["test"].sum(axis=1).tolist() == [3, 2, 1, 3]

    def test_nor_do_they_where_the_task_says_so(self):
        late = dict.fromkeys(SPLITS, np.tile([False, True, True], (4, 1)))
        data = replace(self.PER_STEP, lengths=self.LENGTHS, scored=late).masked_at_padding()
        assert data.scored["train"].sum(axis=1).tolist() == [2, 1, 0, 2]

    def test_without_padding_there_is_no_mask(self):
        assert self.PER_STEP.masked_at_padding().scored is None

    def test_the_mask_must_hold_a_valid_step(self):
        short = dict.fromkeys(SPLITS, np.ones(4, int))
        late = dict.fromkeys(SPLITS, np.tile([False, True, True], (4, 1)))
        with pytest.raises(ValueError, match="train split: the evaluation mask `scored` leaves no valid step"):
            check_data(replace(declare(), per_step=True), replace(self.PER_STEP, lengths=short, scored=late))


class TestChecksum:
    def test_equal_arrays_have_equal_checksums(self):
        assert three(floats(), np.zeros(4)).checksum() == three(floats(), np.zeros(4)).checksum()

    @pytest.mark.parametrize(
        "other",
        [
            three(floats() + 1, np.zeros(4)),
            three(floats().astype(np.float64), np.zeros(4)),
            three(floats(), np.zeros((4, 1))),
            replace(three(floats(), np.zeros(4)), times={"train": np.arange(4)}),
            replace(three(floats(), np.zeros(4)), extra={"long": (floats(), np.zeros(4))}),
            replace(three(floats(), np.zeros(4)), preparation={"mean": 1.5}),
        ],
        ids=["values", "type", "shape", "times", "extra", "preparation"],
    )
    def test_it_depends_on_values_types_shapes_and_what_goes_with_the_splits(self, other):
        assert other.checksum() != three(floats(), np.zeros(4)).checksum()


class TestChecks:
    @pytest.mark.parametrize(
        ("x", "y", "message"),
        [
            (floats(), np.zeros(3), "x has 4 examples and y has 3"),
            (floats()[:0], np.zeros(0), "must be equal and above 0"),
            (floats()[..., 0], np.zeros(4), "expected float"),
            (np.where(floats() == 13, np.nan, floats()), np.zeros(4), "not finite at example 2"),
            (floats(), np.array([0, 1, np.inf, 0]), "finite floats"),
            (floats(), np.arange(4), "finite floats"),
            (np.array([[1, -1], [2, 1]]), np.zeros(2), "tokens are from -1"),
            (np.array([[1, 0], [0, 0]]), np.zeros(2), "example 1 is empty"),
        ],
    )
    def test_data_that_do_not_fit_name_the_task_the_split_and_the_fault(self, x, y, message):
        with pytest.raises(ValueError, match=message) as caught:
            check_data(declare(), three(x, y))
        assert "task 'sensor', train split" in str(caught.value)

    @pytest.mark.parametrize(
        ("y", "message"),
        [
            (np.array([0, 1, -1, 0]), "labels from 0"),
            (np.array([0.0, 1.0, 0.0, 1.0]), "integer labels"),
            (np.zeros(4, dtype=int), "only one class"),
        ],
    )
    def test_labels_that_do_not_fit(self, y, message):
        entry = replace(declare(), kind="classification", metric="accuracy", baseline="majority")
        with pytest.raises(ValueError, match=message):
            check_data(entry, three(floats(), y))

    def test_a_label_never_seen_in_training(self):
        entry = replace(declare(), kind="classification", metric="accuracy", baseline="majority")
        data = replace(three(floats(), np.array([0, 1, 0, 1])), test=(floats(), np.array([0, 1, 2, 1])))
        with pytest.raises(ValueError, match="test split: label 2 is never seen in training"):
            check_data(entry, data)

    def test_tokens_beyond_the_declared_vocabulary(self):
        tokens = np.array([[1, 9]])
        with pytest.raises(ValueError, match="at least 0 and below 9"):
            check_data(replace(declare(), vocabulary=9), three(tokens, np.zeros(1)))

    def test_splits_of_another_shape(self):
        data = replace(three(floats(), np.zeros(4)), test=(floats(time=4), np.zeros(4)))
        with pytest.raises(ValueError, match="test split"):
            check_data(declare(), data)

    @pytest.mark.parametrize("lengths", [[3, 3, 3], [3, 3, 3, 4], [0, 3, 3, 3]])
    def test_lengths_that_do_not_fit(self, lengths):
        data = replace(three(floats(), np.zeros(4)), lengths=dict.fromkeys(("train", "validation", "test"), lengths))
        with pytest.raises(ValueError, match="lengths must be 4 numbers from 1 to 3"):
            check_data(declare(), data)

    def test_a_task_per_step_needs_targets_at_every_step(self):
        with pytest.raises(ValueError, match="a target at every step"):
            check_data(replace(declare(), per_step=True), three(floats(), np.zeros(4)))

    def test_what_is_no_data_at_all(self):
        with pytest.raises(ValueError, match="returned tuple, not Data"):
            check_data(declare(), ((floats(), np.zeros(4)),))
