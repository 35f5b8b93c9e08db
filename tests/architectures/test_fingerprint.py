"""The fingerprint of an architecture changes with what it computes, and with nothing else."""

import json

import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.files.strict_json import encoded
from suite.results.specs import differences

pytestmark = pytest.mark.training


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def of(function, per_step=False) -> dict:
    from suite.architectures.fingerprint import fingerprint

    return fingerprint(Architecture("own", function, "own.py:1"), per_step)


def differ(one: dict, other: dict) -> bool:
    return bool(differences({"fingerprint": one}, {"fingerprint": other}))


def gated(activation="tanh", scale=1.0, name=None):
    """An architecture with a constant inside a layer's call, which no configuration shows."""

    def function(hp, x, *, units, per_step):
        import keras

        class Scaled(keras.layers.Layer):
            supports_masking = True

            def call(self, inputs):
                return inputs * scale

        y = keras.layers.Dense(units, activation=activation, name=name)(x)
        return keras.layers.GRU(units, return_sequences=per_step)(Scaled()(y))

    return function


class TestFingerprint:
    def test_it_is_the_same_for_the_same_code(self):
        assert not differ(of(gated()), of(gated()))

    def test_it_is_the_same_in_a_file_even_if_it_is_not_finite(self):
        found = of(gated(scale=float("nan")))
        assert not differ(json.loads(encoded(found)), found)

    def test_a_name_changes_nothing(self):
        assert not differ(of(gated()), of(gated(name="renamed")))

    @pytest.mark.parametrize("changed", [gated(activation="relu"), gated(scale=1.001)])
    def test_an_activation_or_a_constant_inside_a_call_changes_it(self, changed):
        assert differ(of(gated()), of(changed))

    def test_what_acts_in_training_alone_changes_it(self, keras):
        class Dropped(keras.layers.Layer):
            supports_masking = True

            def call(self, inputs, training=False):
                return 0.5 * inputs if training else inputs

        def function(hp, x, *, units, per_step):
            return keras.layers.GRU(units, return_sequences=per_step)(Dropped()(x))

        def plain(hp, x, *, units, per_step):
            return keras.layers.GRU(units, return_sequences=per_step)(keras.layers.Identity()(x))

        assert of(function)["answers"] == of(plain)["answers"]
        assert of(function)["gradients"] != of(plain)["gradients"]

    @pytest.mark.parametrize("name", ARCHITECTURES.names())
    def test_built_in_ones_have_one(self, name):
        assert len(of(ARCHITECTURES.get(name).function)["answers"]) >= 4

    def test_the_last_digit_may_differ_between_machines(self):
        found = of(gated())
        assert not differ(found, found | {"answers": [one + 1e-5 for one in found["answers"]]})
        assert differ(found, found | {"answers": [one + 1e-3 for one in found["answers"]]})

    def test_a_spec_without_one_fits_any(self):
        assert differences({}, {"fingerprint": of(gated())}) == {}


class TestRuns:
    def test_records_of_changed_code_are_named_and_made_again_on_demand(self, tmp_path, monkeypatch, capsys):
        from suite.cli import main

        monkeypatch.chdir(tmp_path)
        text = (
            "import keras\nfrom suite import Experiment, architecture\n@architecture('own')\n"
            "def own(hp, x, *, units, per_step):\n    '''Own.'''\n"
            "    x = keras.layers.Dense(units, activation='tanh')(x)\n"
            "    return keras.layers.GRU(units, return_sequences=per_step)(x)\n"
            "experiment = Experiment(tasks=['adding-10'], architectures=['own'], trials=1, epochs=1, seeds=1,"
            " weights=300, examples=60)\n"
        )
        (tmp_path / "study.py").write_text(text)
        command = ["run", "study.py", "--workers", "0", "--no-report"]
        assert main(command) == 0
        (tmp_path / "study.py").write_text(
            text.replace("'own')", "'own')  # a comment").replace("x = keras", "x  = keras")
        )
        assert main(command) == 0
        capsys.readouterr()
        (tmp_path / "study.py").write_text(text.replace("tanh", "relu"))
        assert main(command) == 2
        assert "made with other settings: architecture.code" in capsys.readouterr().err
        assert main([*command, "--redo"]) == 0
        assert [*tmp_path.glob("results/study/adding-10/own/trial-000.json.stale-*")]


def test_the_policy_is_part_of_it(keras):
    plain = of(gated())
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert differ(plain, of(gated(scale=1.0, name="other")))
    finally:
        keras.config.set_dtype_policy("float32")
