"""What a stored model may be made of: parts of networks, and nothing that reads, writes, downloads or runs anything."""

import inspect

import pytest

from suite import backend

pytestmark = pytest.mark.training

FILE = {"vocabulary", "filepath", "path", "file", "url", "module", "call_fn"}  # arguments that name files or code


@pytest.fixture(scope="module")
def permitted():
    """The checked module, once Keras is started."""
    backend.start(1)
    from suite.architectures import layers, permitted

    assert layers.ExponentialLSTM
    return permitted


def function(name, **more):
    """A function as Keras stores it."""
    module, _, name = name.rpartition(".")
    return {"module": module, "class_name": "function", "config": name, "registered_name": name} | more


def part(name, config=None, **more):
    """An object as Keras stores it."""
    module, _, name = name.rpartition(".")
    return {"module": module, "class_name": name, "config": config or {}, "registered_name": None} | more


REFUSED = {
    "a function that writes a file": function("keras.visualization.plot_image_gallery"),
    "a function that writes another file": function("keras.utils.plot_model"),
    "a function that downloads": function("keras.utils.get_file"),
    "a function that downloads data": function("keras.datasets.mnist.load_data"),
    "a function that reads weights": function("keras.applications.VGG16"),
    "a function that ends the safe mode": function("keras.config.enable_unsafe_deserialization"),
    "a function that loads a model": function("keras.models.load_model"),
    "a function that builds what it is given": function("keras.legacy.saving.deserialize_keras_object"),
    "a function of Python": function("os.system"),
    "a function under the name of the suite": function("os.system", registered_name="suite>ExponentialLSTM"),
    "a function among the layers": part("keras.layers.deserialize"),
    "a class of Python": part("subprocess.Popen", {"args": "id"}),
    "a layer that loads a model": part("keras.layers.TFSMLayer", {"filepath": "/tmp"}),
    "a layer that reads a file": part("keras.layers.StringLookup", {"vocabulary": "/etc/passwd"}),
    "a layer with code": part("keras.layers.TorchModuleWrapper", {"module": "gASVAA=="}),
    "a layer by the place of its code": part("keras.src.layers.core.lambda_layer.Lambda"),
    "a test of Keras": part("keras.src.ops.numpy_test.Numpy"),
    "a class that writes files": part("keras.callbacks.ModelCheckpoint", {"filepath": "x"}),
    "a layer of an old format": {"class_name": "Lambda", "config": {"function": ["4wEAAA==", None, None]}},
    "code": {"class_name": "__lambda__", "config": {"code": "4wEAAA==", "defaults": None, "closure": None}},
    "a type": part("tensorflow.__typespec__", [], spec_name="TensorSpec"),
    "a layer that nobody registered": part("mine.Mine", registered_name="mine>Mine"),
    "a compiled model": part("keras.optimizers.Adam"),
    "a list in place of a name": part("keras.layers.Dense", class_name=["Dense"]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_at_any_depth_there_is_no(permitted, what):
    found = REFUSED[what]
    for where in (found, [found], part("keras.layers.Lambda", {"arguments": {"x": [found]}}, compile_config=None)):
        with pytest.raises((ValueError, TypeError)):
            permitted.check(where)
    with pytest.raises((ValueError, TypeError)):
        permitted.check(part("keras.Sequential", {"layers": []}, build_config={"input_shape": found}))


def test_parts_of_networks_may_be_stored(permitted):
    import keras

    cell = keras.layers.LSTMCell(2, recurrent_regularizer="l2", kernel_constraint="max_norm")
    inputs = keras.Input((4, 2))
    x = keras.layers.Bidirectional(keras.layers.RNN(cell, return_sequences=True))(inputs)
    x = keras.layers.Dense(2, activation=keras.ops.relu, dtype="mixed_float16")(x[:, -1] + 1)
    x = keras.layers.Lambda(keras.ops.clip, arguments={"x_min": 0, "x_max": 1})(x)
    x = keras.Sequential([keras.layers.Dense(2, activation=keras.activations.gelu)])(keras.ops.tanh(x))
    permitted.check(keras.saving.serialize_keras_object(keras.Model(inputs, x)))


def test_what_packages_register_may_be_stored(permitted):
    import keras

    stored = part("somewhere.Twice", registered_name="tests>Twice")
    with pytest.raises(ValueError, match="Could not locate class 'Twice'"):
        permitted.check(stored)
    with keras.saving.custom_object_scope({"tests>Twice": keras.layers.Layer, "tests>twice": keras.ops.add}):
        permitted.check([stored, function("somewhere.twice", config="tests>twice")])


def test_no_permitted_layer_takes_a_file_or_code(permitted):
    import keras

    names = [
        f"keras.layers.{name}" for name in vars(keras.layers) if permitted.CLASSES.fullmatch(f"keras.layers.{name}")
    ]
    kinds = [getattr(keras.layers, name.rpartition(".")[2]) for name in names]
    found = {one.__name__ for one in kinds if FILE & {*inspect.signature(one.__init__).parameters}}
    assert found == set(permitted.NEVER)
