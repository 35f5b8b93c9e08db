"""Messages meant for people: a wrong call names the call and the closest keyword."""

import inspect
import pickle
from dataclasses import dataclass, replace

import pytest

from suite.claims.claim import Claim, claim
from suite.errors import LONGEST, RequestError, closest_keyword, names_of


@closest_keyword
@dataclass(frozen=True)
class Study:
    """A study."""

    epochs: int = 1


@closest_keyword
def train(study, *, seeds=1):
    """Train a study."""
    return study, seeds


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: train(1, seed=2), "train takes no 'seed': did you mean 'seeds'?"),
        (lambda: train(1, wardrobe=2), "train takes no 'wardrobe': available: seeds, study"),
        (lambda: train(), "train: missing a required argument: 'study'"),
        (lambda: Study(epoch=2), "Study takes no 'epoch': did you mean 'epochs'?"),
    ],
)
def test_a_wrong_call_names_the_call_and_the_closest_keyword(call, message):
    with pytest.raises(RequestError) as refused:
        call()
    assert str(refused.value) == message


def test_a_right_call_is_unchanged():
    assert train(Study(), seeds=2) == (Study(epochs=1), 2)
    assert pickle.loads(pickle.dumps(Study(3))) == replace(Study(1), epochs=3) == Study(3)
    assert list(inspect.signature(train).parameters) == ["study", "seeds"]
    assert train.__doc__ == "Train a study."


def test_a_type_error_inside_a_call_stays_one():
    @closest_keyword
    def broken():
        return 1 + "1"

    with pytest.raises(TypeError, match="unsupported operand"):
        broken()


@pytest.mark.parametrize("call", [claim, Claim])
def test_a_claim_knows_its_fields(call):
    with pytest.raises(RequestError, match=r"(?i)^claim takes no 'task': did you mean 'tasks'\?"):
        call("x", "A sentence.", "me", statistic="skill", task=["adding-50"])


class TestLength:
    def test_a_long_message_keeps_the_fault_and_the_way_out(self):
        message = str(RequestError(f"the fault {'x' * 500} the way out"))
        assert len(message) <= 300
        assert message.startswith("the fault")
        assert message.endswith("the way out")

    def test_ten_names_at_most_and_none_longer_than_forty_characters(self):
        assert names_of(f"name{n}" for n in range(12)).endswith("name9 and 2 more")
        assert len(names_of(["x" * 1000])) == 40


class TestLongMessages:
    def test_the_first_folders_of_a_deep_path_are_left_out_before_the_fault_is(self):
        path = f"/home/{'folder/' * 40}study/adding-50/task.json"
        said = str(RequestError(f"'{path}' is wrong: {'why ' * 10}"))
        assert said.startswith("'…/study/adding-50/task.json' is wrong: why why")
        assert said.endswith("why ")

    def test_a_short_message_keeps_its_paths(self):
        path = f"/home/{'folder/' * 10}task.json"
        assert str(RequestError(f"'{path}' is wrong")) == f"'{path}' is wrong"

    def test_of_what_is_still_too_long_the_middle_is_left_out(self):
        said = str(RequestError(f"'/home/{'f' * 400}' is wrong, {'b' * 400} and here is the way out"))
        assert LONGEST - 2 < len(said) <= LONGEST
        assert said.endswith("and here is the way out") and " … " in said
