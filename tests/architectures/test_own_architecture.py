"""User-defined architectures: the guide, hypermodels, and the rules that `suite check` applies."""

import json
import re

import numpy as np
import pytest
from repository import ROOT

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.architectures.checks import RULES as ARCHITECTURE_RULES
from suite.architectures.checks import check_architecture
from suite.architectures.hypermodel import architecture_from_hypermodel
from suite.cli import main
from suite.errors import RequestError
from suite.tasks.checks.finding import rule_name

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

GUIDE = (ROOT / "docs" / "own-architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Start TensorFlow as the suite does; the tests that need none shall not wait for its import."""
    global keras
    import keras

    backend.start(1)


class TestGuide:
    @pytest.fixture
    def study(self, tmp_path):
        """The guide's file."""
        end, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
        (tmp_path / "study.py").write_text("\n".join([*blocks, end]), encoding="utf-8")
        return tmp_path / "study.py"

    def test_each_example_has_fewer_than_15_lines(self):
        _, *blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
        assert len(blocks) == 3
        assert max(len([line for line in block.splitlines() if line]) for block in blocks) < 15

    def test_its_table_has_every_rule(self):
        assert re.findall(r"^\| `([a-z-]+)` \|", GUIDE, re.MULTILINE) == [
            rule_name(rule) for rule in ARCHITECTURE_RULES
        ]

    def test_its_architectures_are_checked_along_with_its_tasks(self, study, capsys):
        assert main(["check", str(study)]) == 0
        printed = [line for line in capsys.readouterr().out.splitlines() if ": passes" in line]
        names = ["speech-like", "recall-10", "gru-reset-before", "deep-sets", "hypermodel"]
        assert [line.split(": passes")[0] for line in printed] == names

    def test_it_runs(self, study, monkeypatch, capsys):
        monkeypatch.chdir(study.parent)
        command = ["run", "study.py", "--workers", "0", "--json", "--no-report"]
        command += ["--tasks", "recall-10", "--architectures", "gru-reset-before,deep-sets,hypermodel"]
        assert main(command) == 0
        done_by = {cell["architecture"]: cell["finals"]["done"] for cell in json.loads(capsys.readouterr().out)["cells"]
                   if cell["task"] == "recall-10"}  # fmt: skip
        assert done_by == {"gru": 0, "gru-reset-before": 1, "deep-sets": 1, "hypermodel": 1}


def broken_by(function, **declared) -> set[str]:
    """The rules that an architecture made by `function` breaks."""
    architecture("suspect", **declared)(function)
    try:
        return {finding.rule for finding in check_architecture(ARCHITECTURES.get("suspect"))}
    finally:
        ARCHITECTURES.forget(__file__)


def recurrent(x, units, per_step, **options):
    return keras.layers.SimpleRNN(units, return_sequences=per_step, **options)(x)


class TestRules:
    def test_a_sound_architecture_breaks_no_rule(self):
        def sound(hp, x, *, units, per_step):
            return recurrent(x, units, per_step)

        assert broken_by(sound) == set()

    def test_features_of_the_wrong_shape(self):
        def steps_always(hp, x, *, units, per_step):
            return recurrent(x, units, True)

        def one_always(hp, x, *, units, per_step):
            return recurrent(x, units, False)

        assert broken_by(steps_always) == {"shapes-fit"}
        assert broken_by(one_always) == {"shapes-fit"}
        assert broken_by(one_always, causal=False) == set()

    def test_a_function_that_raises(self):
        def raising(hp, x, *, units, per_step):
            return keras.layers.Dense(-units)(x)

        assert broken_by(raising) == {"shapes-fit"}

    def test_outputs_that_depend_on_padded_steps(self):
        def blind(hp, x, *, units, per_step):
            return keras.layers.Dense(units)(keras.ops.mean(x, axis=1))

        assert broken_by(blind, causal=False) == {"padding-changes-nothing", "padding-may-have-any-length"}

    def test_outputs_that_depend_on_how_much_padding_there_is(self):
        def pooled(hp, x, *, units, per_step):  # padded steps get a share of the weights
            states = keras.layers.GRU(units, return_sequences=True)(x)
            weights = keras.ops.softmax(keras.layers.Dense(1)(states), axis=1)
            return keras.ops.sum(weights * states, axis=1)

        assert broken_by(pooled, causal=False) == {"padding-may-have-any-length"}

    def test_outputs_that_depend_on_later_steps(self):
        def reversed_time(hp, x, *, units, per_step):
            both = keras.layers.Bidirectional(keras.layers.SimpleRNN(units, return_sequences=per_step))
            return both(x)

        assert broken_by(reversed_time) == {"the-future-is-unseen"}
        assert broken_by(reversed_time, causal=False) == set()

    def test_weights_that_do_not_follow_the_units(self):
        def fixed_width(hp, x, *, units, per_step):
            return recurrent(x, 20, per_step)

        def coarse(hp, x, *, units, per_step):
            return recurrent(x, 70 * units, per_step)

        assert broken_by(fixed_width, causal=False) == {"weights-meet-the-budget"}
        assert broken_by(coarse, causal=False) == {"weights-meet-the-budget"}

    def test_models_that_cannot_be_stored(self):
        def with_a_function_inside(hp, x, *, units, per_step):
            return keras.layers.Lambda(lambda y: 2 * y)(recurrent(x, units, per_step))

        class Unregistered(keras.layers.Dense):
            pass

        def with_an_unknown_class(hp, x, *, units, per_step):
            return Unregistered(units)(recurrent(x, units, per_step))

        assert broken_by(with_a_function_inside, causal=False) == {"it-can-be-stored"}
        assert broken_by(with_an_unknown_class, causal=False) == {"it-can-be-stored"}

    def test_weights_that_the_seed_does_not_decide(self):
        generator = np.random.default_rng(1)

        def unseeded(hp, x, *, units, per_step):
            initializer = keras.initializers.RandomNormal(seed=int(generator.integers(1_000_000)))
            return recurrent(x, units, per_step, kernel_initializer=initializer)

        def fixed_seed(hp, x, *, units, per_step):
            initializer = keras.initializers.RandomNormal(seed=1)
            return recurrent(x, units, per_step, kernel_initializer=initializer, recurrent_initializer=initializer)

        assert broken_by(unseeded, causal=False) == {"the-seed-decides-the-weights"}
        assert broken_by(fixed_seed, causal=False) == {"the-seed-decides-the-weights"}

    def test_the_seed_decides_what_tensorflow_and_numpy_draw(self):
        import tensorflow as tf

        def drawn_by_others(hp, x, *, units, per_step):
            scale = tf.random.uniform((), seed=1).numpy() + np.random.uniform()
            return recurrent(x, units, per_step, kernel_initializer=keras.initializers.RandomNormal(stddev=scale))

        assert broken_by(drawn_by_others) == set()

    def test_a_finding_names_the_rule_and_the_remedy(self, tmp_path, capsys):
        (tmp_path / "study.py").write_text(
            "import keras\nfrom suite import Experiment, architecture\n"
            "@architecture('peeking')\ndef peeking(hp, x, *, units, per_step):\n"
            "    both = keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=per_step))\n"
            "    return both(x)\n"
            "experiment = Experiment(tasks=['recall-10'], architectures=['peeking', 'lstm'])\n"
        )
        assert main(["check", str(tmp_path / "study.py")]) == 1
        printed = capsys.readouterr().out.splitlines()[-1]
        assert printed == (
            "peeking: the-future-is-unseen: the output at step 0 depends on step 1; declare causal=False if it may"
        )


class TestHypermodel:
    def build(self, hp):
        """A functional model made for sequences of 20 steps and 3 features."""
        inputs = keras.Input((20, 3))
        x = keras.layers.Dense(hp.Int("width", 4, 64), activation=hp.Choice("activation", ["relu", "gelu"]))(inputs)
        if hp.Boolean("twice"):
            x = keras.layers.Dense(hp.Int("second", 4, 16, default=8))(x)
        model = keras.Model(inputs, keras.layers.Dense(5)(keras.layers.GlobalAveragePooling1D()(x)))
        model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 0.1, 1.0)), "mse")
        return model

    def space(self, name):
        from suite.architectures import model
        from suite.tasks.data import Signature

        signature = Signature(7, 2, None, 1, True, "regression", False)
        return model, ARCHITECTURES.get(name), signature, model.space(ARCHITECTURES.get(name), signature)

    def test_its_hyperparameters_are_searched_in_its_own_ranges_and_the_width_is_the_suites(self):
        from suite.architectures import width

        architecture_from_hypermodel("tuned", self.build, width="width", causal=False)
        model, entry, signature, hp = self.space("tuned")
        assert set(hp.values) == {"learning_rate", "batch_size", "activation", "twice"}
        (rate,) = (one for one in hp.space if one.name == "learning_rate")
        assert (rate.min_value, rate.max_value) == (0.1, 1.0)
        units = width.width(entry, signature, hp.values, 300)
        network = model.fresh(entry, signature, hp.values | {"units": units}, 1)
        assert network.output_shape == (None, 1)
        assert width.count_trainable(network) == 3 * units + units + 1
        assert ARCHITECTURES.get("tuned").place.startswith(__file__)

    def test_a_missing_width_is_an_error_that_lists_the_hyperparameters(self):
        architecture_from_hypermodel("tuned", self.build)
        with pytest.raises(RequestError, match="'tuned' has no hyperparameter 'units'.*it has: width, activation"):
            self.space("tuned")

    def test_a_keras_tuner_hypermodel_passes_the_check(self):
        import keras_tuner

        class Stack(keras_tuner.HyperModel):
            """Recurrent layers."""

            def build(self, hp):
                model = keras.Sequential([keras.Input((None, 3))])
                for _ in range(hp.Int("layers", 1, 3)):
                    model.add(keras.layers.GRU(hp.Int("units", 8, 64), return_sequences=True))
                model.add(keras.layers.GlobalAveragePooling1D())
                model.add(keras.layers.Dense(1))
                return model

        architecture_from_hypermodel("theirs", Stack(), causal=False)
        assert {finding.rule for finding in check_architecture(ARCHITECTURES.get("theirs"))} == set()
