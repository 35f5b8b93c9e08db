"""Planned looks: which numbers of trials they may be, and what they make of an experiment."""

import json
from pathlib import Path

import pytest

from suite import Data, Fold, task
from suite.analysis import contrasts
from suite.errors import RequestError
from suite.experiment.expected_runs import expected_runs
from suite.experiment.experiment import Experiment
from suite.experiment.looks import planned, until_decided
from suite.results.experiment_info import ExperimentInfo


def small(**fields) -> Experiment:
    return Experiment(**({"tasks": ["adding-50"], "architectures": ["lstm", "gru"]} | fields))


@pytest.mark.parametrize(
    ("best_of", "at_most", "expected"),
    [
        (4, None, (24, 48, 96)),
        (2, None, (24, 48, 96)),
        (1, None, (48, 96, 192)),
        (8, None, (48, 96, 192)),
        (4, 24, (24,)),
        (4, 60, (24, 48, 60)),
        (4, 200, (24, 48, 96, 192, 200)),
    ],
)
def test_looks_begin_with_firm_verdicts_and_double(best_of, at_most, expected):
    assert planned(best_of, at_most) == expected
    assert contrasts.standing(expected[0], best_of) == "firm"
    assert contrasts.standing(expected[0] - 1, best_of) != "firm"


def test_a_last_look_before_the_first_is_refused_with_the_least():
    with pytest.raises(RequestError, match="^at_most_trials must be a whole number of at least 24, not 23$"):
        planned(4, 23)


class TestDeclaration:
    def test_the_last_look_is_the_number_of_trials_and_best_of_follows_from_the_declared_trials(self):
        made = small(looks=[24, 48, 96])
        assert (made.looks, made.trials, made.best_of) == ((24, 48, 96), 96, 4)
        assert small(looks=(48, 96), trials=48).best_of == 8
        assert small(looks=(24, 96), best_of=2).best_of == 2

    def test_a_cell_needs_the_trials_of_the_first_look_until_more_are_granted(self):
        stored = json.loads(json.dumps(small(looks=(24, 48, 96)).resolved()))
        assert stored["looks"] == [24, 48, 96]
        for granted, expected in (({}, 24), ({"adding-50": 48}, 48), ({"other": 48}, 24)):
            info = ExperimentInfo.from_json(stored | {"granted": granted}, Path("experiment.json"))
            assert expected_runs(info, "adding-50", "lstm") == {"trial": expected, "final": 5, "control": 1}

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"looks": 24}, r"looks must be a list of numbers of trials, such as \(24, 48, 96\), not 24"),
            ({"looks": (24, "48")}, "every look must be a whole number of at least 1, not '48'"),
            (
                {"looks": (48, 24)},
                r"looks must be increasing numbers of trials, such as \(24, 48, 96\), not \(48, 24\)",
            ),
            ({"looks": (24, 24)}, "looks must be increasing numbers of trials"),
            ({"looks": (11, 24)}, "11 trials allow no verdict on the best of 4: the first look needs at least 12"),
            ({"looks": (24,), "best_of": 9}, "24 trials allow no verdict on the best of 9: .* needs at least 27"),
            ({"looks": (24,), "search": "bayesian"}, "looks need independent trials: choose search='random'"),
            ({"looks": (24,), "hyperparameters": {"gru": {"depth": 1}}}, "looks need trials in every cell: leave out"),
        ],
    )
    def test_wrong_looks_are_refused_in_one_line(self, fields, fault):
        with pytest.raises(RequestError, match=f"^{fault}"):
            small(**fields)

    def test_every_fold_needs_a_trial_at_the_first_look(self):
        @task("rotating", family="mine", kind="regression", metric="mse", baseline="mean")
        def rotating(seed: int, fold: Fold) -> Data: ...

        assert small(tasks=["rotating"], looks=(24, 48), folds=24).folds == 24
        with pytest.raises(RequestError, match="25 folds need at least 25 trials"):
            small(tasks=["rotating"], looks=(24, 48), folds=25)


class TestUntilDecided:
    def test_looks_are_planned_for_the_best_of_the_declared_trials(self):
        made = until_decided(small(trials=12, best_of=4))
        assert (made.looks, made.trials, made.best_of) == ((24, 48, 96), 96, 4)
        assert until_decided(small(), 50).looks == (24, 48, 50)

    def test_declared_looks_stay_and_can_be_limited(self):
        made = small(looks=(24, 30, 40))
        assert until_decided(made) == made
        assert until_decided(made, 35).looks == (24, 30, 35)
        with pytest.raises(RequestError, match="at_most_trials must be a whole number of at least 24, not 20"):
            until_decided(made, 20)

    def test_another_number_of_trials_contradicts_declared_looks(self):
        made = small(looks=(24, 48))
        assert made.changed(trials=48, seeds=2).trials == 48
        with pytest.raises(RequestError, match="^trials=30, but this experiment has looks after 24, 48 trials: change"):
            made.changed(trials=30)
