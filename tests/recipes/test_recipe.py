"""The recipe of a run: what is stored of it, and what a configuration changes in it."""

from suite.recipes.recipe import SEARCHABLE, Recipe


def test_the_usual_recipe_leaves_no_trace_in_a_spec():
    assert Recipe().spec == {}
    assert Recipe.stored({}) == Recipe()


def test_a_spec_has_every_other_choice_and_gives_it_back():
    own = Recipe(loss="quantile", quantiles=(0.1, 0.5, 0.9), optimizer="sgd", clip_norm=0.5, precision="mixed_float16")
    assert own.spec == {
        "loss": "quantile", "quantiles": [0.1, 0.5, 0.9], "optimizer": "sgd", "clip_norm": 0.5,
        "precision": "mixed_float16",
    }  # fmt: skip
    assert Recipe.stored({"recipe": own.spec | {"of_a_later_release": 1}}).spec == own.spec


def test_a_configuration_makes_the_choices_that_are_searched():
    values = {"learning_rate": 0.01, "optimizer": "lion", "lookback": 5, "loss": "mae"}
    found = Recipe(schedule="cosine").chosen(SEARCHABLE, values)
    assert found == Recipe("mae", optimizer="lion", schedule="cosine", lookback=5)
    assert Recipe().chosen(("optimizer",), values) == Recipe(optimizer="lion")  # the others are an architecture's own
    assert set(SEARCHABLE) == set(vars(Recipe())) - {"quantiles"}


def test_adamw_decays_weights_unless_another_decay_is_chosen():
    assert [Recipe(optimizer=name).decay for name in ("adam", "adamw")] == [0, 0.01]
    assert Recipe(optimizer="adamw", weight_decay=0.0).decay == 0


def test_it_is_described_in_one_line():
    said = "loss cross-entropy, optimizer adam, schedule constant, gradients clipped at norm 1"
    assert Recipe().described("classification") == said
    own = Recipe(loss="mae", optimizer="sgd", weight_decay=0.1, lookback=9).described("regression")
    assert own.endswith("gradients clipped at norm 1, weight decay 0.1, only the last 9 steps read")
