"""What an architecture asks for is explored until nothing new appears; what changes nothing is left out and named."""

import itertools
from dataclasses import replace

import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.architectures.hypermodel import architecture_from_hypermodel
from suite.errors import RequestError
from suite.tasks.data import Signature

pytestmark = pytest.mark.training

SIGNATURE = Signature(7, 2, None, 1, True, "regression", False)
TOKENS = Signature(7, None, 9, 1, True, "regression", False)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    global keras
    backend.start(1)
    import keras


def explored(build, signature=SIGNATURE, width="units"):
    from suite.architectures import model

    entry = architecture_from_hypermodel("own", build, width=width, causal=False)
    return model.explored(entry, signature), entry


def network(entry, signature, **values):
    from suite.architectures import model

    default = model.space(entry, signature).values
    return model.fresh(entry, signature, default | values | {"units": 3}, seed=1)


def kinds(network):
    return [type(layer).__name__ for layer in network.layers][1:]


def stack(hp):
    """The guide of Keras Tuner: a number of layers, each with a width of its own."""
    model = keras.Sequential()
    for level in range(hp.Int("layers", 1, 3)):
        model.add(keras.layers.GRU(hp.Int(f"units_{level}", 4, 16, step=4), return_sequences=True))
        if hp.Boolean("dropout"):
            model.add(keras.layers.Dropout(hp.Float("rate", 0.1, 0.5)))
    model.add(keras.layers.GlobalAveragePooling1D())
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")), "binary_crossentropy")
    return model


class TestSpace:
    def test_layers_in_a_loop_are_found_with_the_conditions_under_which_they_are_asked_for(self):
        found, _ = explored(stack, width="units_0")
        conditions = {one.name: [(cond.name, cond.values) for cond in one.conditions] for one in found.space.space}
        assert conditions == {
            "learning_rate": [], "batch_size": [], "layers": [], "dropout": [],
            "units_1": [("layers", [2, 3])], "units_2": [("layers", [3])], "rate": [("dropout", [True])],
        }  # fmt: skip
        assert found.idle == ()

    def test_every_combination_of_them_is_built(self):
        _, entry = explored(stack, width="units_0")
        beside = {1: {}, 2: {"units_1": 8}, 3: {"units_1": 8, "units_2": 12}}
        for layers, dropout in itertools.product(beside, [False, True]):
            values = {"layers": layers, "dropout": dropout} | beside[layers] | ({"rate": 0.2} if dropout else {})
            assert kinds(network(entry, SIGNATURE, **values)).count("GRU") == layers

    def test_conditional_scopes_are_entered(self):
        def build(hp):
            kind = hp.Choice("kind", ["gru", "conv"])
            with hp.conditional_scope("kind", ["gru"]):
                if kind == "gru":
                    layer = keras.layers.GRU(hp.Int("units", 4, 8), dropout=hp.Float("own", 0, 0.5))
            with hp.conditional_scope("kind", ["conv"]):
                if kind == "conv":
                    layer = keras.layers.Conv1D(hp.Int("units", 4, 8), hp.Int("kernel", 2, 3), padding="causal")
            return keras.Sequential([layer, keras.layers.Dense(1)])

        found, _ = explored(build, replace(SIGNATURE, masked=False))
        assert [one.name for one in found.space.space] == ["learning_rate", "batch_size", "kind", "own", "kernel"]

    def test_a_width_that_only_some_configurations_ask_for_is_refused(self):
        def build(hp):
            units = hp.Int("units", 4, 8) if hp.Choice("kind", ["tuned", "fixed"]) == "tuned" else 8
            return keras.Sequential([keras.layers.GRU(units), keras.layers.Dense(1)])

        with pytest.raises(RequestError, match="'own' has no hyperparameter 'units' that sets its number of weights"):
            explored(build)

    def test_one_that_only_two_others_together_ask_for_is_found(self):
        def build(hp):
            deep, wide = hp.Boolean("deep"), hp.Boolean("wide")
            layers = [keras.layers.GRU(hp.Int("units", 4, 8), reset_after=wide, use_bias=deep)]
            if deep and wide:
                layers.append(keras.layers.Dense(hp.Int("both", 4, 8)))
            return keras.Sequential([*layers, keras.layers.Dense(1)])

        found, entry = explored(build)
        assert "both" in {one.name for one in found.space.space}
        network(entry, SIGNATURE, deep=True, wide=True, both=5)

    def test_the_argument_units_is_not_asked_for(self):
        from suite.architectures import model

        @architecture("habit")
        def habit(hp, x, *, units, per_step):
            """A GRU."""
            return keras.layers.GRU(hp.Int("units", 8, 64), return_sequences=per_step)(x)

        with pytest.raises(RequestError, match="'habit' asks for .* 'units', but units is given to the function: use"):
            model.space(ARCHITECTURES.get("habit"), SIGNATURE)


class TestEffect:
    def build(self, hp):
        layer = keras.layers.GRU(
            hp.Int("units", 4, 16), kernel_initializer=hp.Choice("start", ["orthogonal", "he_normal"])
        )
        model = keras.Sequential([layer, keras.layers.Dense(1)])
        if hp.Choice("optimizer", ["sgd", "adam"]) == "sgd":
            model.compile(keras.optimizers.SGD(hp.Float("lr", 0.1, 1.0), momentum=hp.Float("momentum", 0, 0.9)), "mse")
        return model

    def test_what_only_the_optimizer_uses_is_left_out_and_the_model_is_built_without_it(self):
        found, entry = explored(self.build)
        assert found.idle == ("optimizer", "lr", "momentum")
        assert [one.name for one in found.space.space] == ["learning_rate", "batch_size", "start"]
        network(entry, SIGNATURE, start="he_normal")

    def test_a_constant_in_the_call_of_an_own_layer_is_an_effect(self):
        class Scaled(keras.layers.Layer):
            def __init__(self, scale):
                super().__init__()
                self.hidden, self.supports_masking = [scale], True

            def call(self, x):
                return x * self.hidden[0]

            def get_config(self):
                return {}

        from suite.architectures import model

        @architecture("scaled")
        def scaled(hp, x, *, units, per_step):
            """A scaled input, and a GRU."""
            hp.Float("nothing", 0.5, 2.0)
            return keras.layers.GRU(units)(Scaled(hp.Float("scale", 0.5, 2.0))(x))

        assert model.explored(ARCHITECTURES.get("scaled"), SIGNATURE).idle == ("nothing",)

    def test_an_own_range_of_the_learning_rate_wins_and_is_named(self):
        found = explored(stack, width="units_0")[0]
        (notice,) = found.notices
        assert notice.startswith("its own range of learning_rate (0.0001 to 0.01) is used, not that of the others")
        assert notice.endswith("search_space={'learning_rate': (0.0001, 0.01)} sets it for all of them")
        (rate,) = (one for one in found.space.space if one.name == "learning_rate")
        assert (rate.min_value, rate.max_value) == (1e-4, 1e-2)

    def test_it_is_said_once_before_the_runs(self):
        from suite.experiment.experiment import Experiment
        from suite.runner.summarise import summarise

        explored(self.build)
        experiment = Experiment(["adding-10"], ["own"], trials=2)
        (summary,) = summarise(experiment, experiment.cells, SIGNATURE).values()
        assert summary.idle == ("optimizer", "lr", "momentum")
        assert summary.learning_rates is None
        assert summary.notices == (
            "the hyperparameters optimizer, lr and momentum change nothing in the network, and are not searched",
        )
        assert all("lr" not in values for values in summary.drawn)


def functional(*after, embedding=False):
    def build(hp):
        inputs = keras.Input((None,) if embedding else (None, 2))
        x = keras.layers.Embedding(50, 4)(inputs) if embedding else inputs
        x = keras.layers.GRU(hp.Int("units", 4, 8))(x)
        for layer in (keras.layers.Dense(3), *after):
            x = layer(x)
        return keras.Model(inputs, x)

    return build


def sequential(*after, embedding=False):
    def build(hp):
        first = [keras.layers.Embedding(50, 4)] if embedding else []
        return keras.Sequential([*first, keras.layers.GRU(hp.Int("units", 4, 8)), keras.layers.Dense(3), *after])

    return build


class TestHead:
    @pytest.mark.parametrize("make", [functional, sequential])
    @pytest.mark.parametrize("after", ["Activation", "Softmax", "Rescaling", "Dropout", "Dropout Softmax", ""])
    def test_it_is_removed_whole(self, make, after):
        arguments = {"Activation": ["softmax"], "Rescaling": [2.0], "Dropout": [0.1]}
        layers = [getattr(keras.layers, name)(*arguments.get(name, [])) for name in after.split()]
        _, entry = explored(make(*layers))
        built = network(entry, SIGNATURE)
        assert kinds(built)[-2:] == ["GRU", "Dense"]
        assert built.layers[-1].name == "head"

    @pytest.mark.parametrize("make", [functional, sequential])
    def test_an_embedding_of_the_input_is_replaced_and_that_is_said(self, make):
        found, entry = explored(make(embedding=True), TOKENS)
        assert kinds(network(entry, TOKENS)).count("Embedding") == 1
        assert found.notices == ("its Embedding is left out, because the suite embeds tokens itself (embedding_width)",)


class Tuned:
    """As keras_tuner.HyperModel, with a training of its own."""

    def build(self, hp):
        return functional()(hp)

    def fit(self, hp, model, *arguments, **options):
        return model.fit(*arguments, batch_size=hp.Choice("batch", [8, 16]), **options)


class TestRefusal:
    def test_of_a_fit_of_its_own(self):
        with pytest.raises(RequestError, match="'own' has a fit of its own, which would not be called"):
            architecture_from_hypermodel("own", Tuned())

    def test_of_a_class(self):
        with pytest.raises(RequestError, match=r"is a class: pass an instance of it, Tuned\(\)"):
            architecture_from_hypermodel("own", Tuned)

    def test_of_a_model_with_several_outputs(self):
        def build(hp):
            inputs = keras.Input((None, 2))
            x = keras.layers.GRU(hp.Int("units", 4, 8))(inputs)
            return keras.Model(inputs, [keras.layers.Dense(1)(x), keras.layers.Dense(1)(x)])

        with pytest.raises(RequestError, match="several inputs or outputs"):
            explored(build)
