"""Training choices are checked when an experiment is declared, and resolved for each kind of task."""

import json
from pathlib import Path

import pytest

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.recipes.recipe import Recipe
from suite.results.experiment_info import ExperimentInfo


def study(tasks=("adding-50", "recall-10"), **fields):
    return Experiment(tasks=tasks, architectures=["lstm"], **fields)


def recipes(**fields):
    """The recipe of a run of each task."""
    experiment = study(**fields)
    return [experiment.run(cell, "final", 0, {}).recipe for cell in experiment.cells]


def test_the_usual_choices_are_in_no_spec():
    for fields in ({}, {"loss": {"regression": "mse"}}, {"loss": {"classification": "cross-entropy"}}):
        assert recipes(**fields) == [Recipe(), Recipe()]
    experiment = study()
    assert "recipe" not in experiment.run(experiment.cells[0], "final", 0, {}).spec


def test_a_loss_by_kind_serves_a_mixed_experiment():
    assert [one.loss for one in recipes(loss={"regression": "huber"})] == ["huber", None]
    assert [one.loss for one in recipes(loss={"regression": "mae", "classification": "focal"})] == ["mae", "focal"]


def test_other_choices_are_in_the_spec_of_every_run():
    experiment = study(optimizer="sgd", schedule="cosine", clip_norm=2, weight_decay=0, precision="mixed_bfloat16")
    for cell in experiment.cells:
        assert experiment.run(cell, "trial", 0, {}).spec["recipe"] == {
            "optimizer": "sgd", "schedule": "cosine", "clip_norm": 2.0, "weight_decay": 0.0,
            "precision": "mixed_bfloat16",
        }  # fmt: skip


def test_choices_that_are_searched_are_hyperparameters_and_not_in_the_recipe():
    experiment = study(optimizer="sgd", clip_norm=5.0, search_space={"optimizer": ["adam", "sgd"]})
    run = experiment.run(experiment.cells[0], "trial", 0, {"optimizer": "lion"})
    assert run.spec["recipe"] == {"clip_norm": 5.0}
    assert run.choices.optimizer == "lion"


def test_quantiles_have_usual_levels():
    (one,) = recipes(tasks=["adding-50"], loss="quantile")
    assert (one.loss, one.quantiles) == ("quantile", (0.05, 0.5, 0.95))
    (one,) = recipes(tasks=["adding-50"], search_space={"loss": ["mse", "quantile"]}, quantiles=[0.5, 0.9])
    assert (one.loss, one.quantiles) == (None, (0.5, 0.9))


def test_experiment_json_has_all_choices_and_gives_them_back():
    made = study(loss={"regression": "quantile"}, quantiles=(0.1, 0.5, 0.9), optimizer="lion", weight_decay=0.1)
    info = ExperimentInfo.from_json(json.loads(json.dumps(made.resolved())), Path("experiment.json"))
    again = study(loss=info.loss, quantiles=info.quantiles, optimizer=info.optimizer, weight_decay=info.weight_decay)
    cell = made.cells[0]
    assert again.run(cell, "final", 0, {}).spec == made.run(cell, "final", 0, {}).spec
    assert study(tasks=["adding-50"], loss="mae").resolved()["loss"] == {"regression": "mae"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"loss": "hubber"}, "unknown loss 'hubber': did you mean 'huber'"),
        ({"loss": "mae"}, r"loss 'mae' does not serve classification \(task 'recall-10'\), which has .*cross-entropy"),
        ({"loss": {"regression": "focal"}}, r"loss 'focal' does not serve regression \(task 'adding-50'\), which has"),
        ({"loss": {"regresion": "mae"}}, "loss of unknown kind 'regresion': did you mean 'regression'"),
        ({"loss": 3}, "unknown loss '3'"),
        ({"search_space": {"loss": ["mae"]}}, "search_space of 'loss' has none for classification"),
        ({"search_space": {"loss": ["mae", "crossentropy"]}}, "unknown loss 'crossentropy': did you mean"),
        ({"loss": {"regression": "quantile"}, "quantiles": (0.0, 0.5)}, r"must increase within \(0, 1\) and contain"),
        ({"loss": {"regression": "quantile"}, "quantiles": (0.5, 0.1)}, r"must increase within \(0, 1\) and contain"),
        ({"loss": {"regression": "quantile"}, "quantiles": (0.1, 0.9)}, r"must increase within \(0, 1\) and contain"),
        ({"loss": {"regression": "quantile"}, "quantiles": 0.5}, "quantiles must be a list of levels"),
        ({"quantiles": (0.1, 0.5)}, "no task is trained on them: add loss='quantile'"),
        ({"optimizer": "adamm"}, "optimizer='adamm' is unknown: did you mean 'adam"),
        (
            {"search_space": {"optimizer": ["adam", "sdg"]}},
            "'optimizer': optimizer='sdg' is unknown: did you mean 'sgd'",
        ),
        ({"search_space": {"optimizer": (1, 2)}}, "search_space of 'optimizer': optimizer=1 is unknown: available"),
        ({"optimizer": None}, "optimizer=None is unknown"),
        ({"schedule": "cosin"}, "schedule='cosin' is unknown: did you mean 'cosine'"),
        ({"precision": "float16"}, "precision='float16' is unknown: did you mean"),
        ({"clip_norm": 0}, "clip_norm must be a number above 0, not 0"),
        ({"clip_norm": -1.0}, "clip_norm must be a number above 0, not -1.0"),
        ({"search_space": {"clip_norm": (-1.0, 1.0)}}, "search_space of 'clip_norm': clip_norm must be a number above"),
        ({"weight_decay": -0.1}, "weight_decay must be a number of at least 0, not -0.1"),
        ({"search_space": {"weight_decay": [0.1, "a"]}}, "weight_decay must be a number of at least 0, not 'a'"),
        ({"search_space": {"lookback": [0]}}, "lookback must be a whole number of steps, at least 1, not 0"),
        ({"tasks": ["copy-10"], "search_space": {"lookback": [5]}}, "'copy-10' has a target at every step"),
        ({"losses": "mae"}, "Experiment takes no 'losses': did you mean 'loss'"),
    ],
)
def test_a_wrong_choice_is_one_line_before_anything_runs(fields, fault):
    with pytest.raises(RequestError, match=fault) as error:
        study(**fields)
    assert "\n" not in str(error.value)
