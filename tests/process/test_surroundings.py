"""What a run changes in its process is named, and put back if that is possible, so that runs do not see each other."""

import locale
import os
import resource
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import psutil
import pytest
import sklearn

from suite import backend
from suite.process import surroundings
from suite.process.surroundings import at_start, before_work, changes, repair, state


def mean(*arguments):
    raise AssertionError("patched")


_, HARD = resource.getrlimit(resource.RLIMIT_CORE)
CHANGES = {
    "environment variable DISTURBED": lambda: os.environ.update(DISTURBED="1"),
    "numpy.errstate divide": lambda: np.seterr(divide="raise"),
    "numpy mean": lambda: setattr(np, "mean", mean),
    "time sleep": lambda: setattr(time, "sleep", mean),
    "working folder": lambda: os.chdir("/"),
    "warnings raised": lambda: warnings.filterwarnings("error", "a message of this test alone"),
    "module json.decoder": lambda: sys.modules.pop("json.decoder"),
    "module search path": sys.path.clear,
    "umask": lambda: os.umask(0o777),
    "sys stdout": lambda: setattr(sys, "stdout", None),
    "resource limit RLIMIT_CORE": lambda: resource.setrlimit(resource.RLIMIT_CORE, (1, HARD)),
    "sklearn config": lambda: sklearn.set_config(assume_finite=True),
    "recursion limit": lambda: sys.setrecursionlimit(sys.getrecursionlimit() + 1),
    "locale": lambda: locale.setlocale(locale.LC_ALL, "C" if locale.setlocale(locale.LC_ALL) != "C" else "C.UTF-8"),
}


@pytest.fixture(autouse=True)
def one_thread(request):
    """Let TensorFlow begin with the number of threads that other tests need, too: it can have no other later."""
    if request.node.get_closest_marker("training"):
        backend.start(1)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_and_put_back(name):
    before = state()
    try:
        CHANGES[name]()
        assert changes(before) == [name]
    finally:
        repair(before)
    assert changes(before) == []
    assert np.mean([1, 3]) == 2


def test_a_thread_that_is_left_behind_is_named():
    before, end = state(), threading.Event()
    thread = threading.Thread(target=end.wait, name="left")
    thread.start()
    try:
        assert changes(before) == ["thread left"]
    finally:
        end.set()
        thread.join()
    assert changes(before) == []


def test_a_child_that_is_left_behind_is_named_and_ended_and_an_earlier_one_stays():
    with subprocess.Popen(["sleep", "1000"]) as earlier:
        before = state()
        with subprocess.Popen(["sh", "-c", "sleep 1000 & sleep 1000"]) as left:
            while len(psutil.Process(left.pid).children()) < 2:
                time.sleep(0.01)
            assert changes(before) == ["child process sh", "child process sleep"]
            repair(before)
            assert changes(before) == []
        assert earlier.poll() is None
        earlier.kill()


def test_the_tracker_of_shared_memory_is_no_child_that_is_left_behind():
    before = state()
    code = "import time; time.sleep(1000)  # resource_tracker"
    with subprocess.Popen([sys.executable, "-c", code]) as tracker:
        assert changes(before) == []
        repair(before)
        assert tracker.poll() is None
        tracker.kill()


def test_a_whole_module_that_is_gone_is_put_back():
    before = state()
    del sys.modules["json"]
    assert changes(before) == ["module json"]
    repair(before)
    assert changes(before) == []


def test_ordinary_work_changes_nothing():
    before = state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.linalg.inv(np.random.default_rng(1).normal(size=(9, 9)))
    assert changes(before) == []


def test_only_a_few_thousand_things_are_looked_at():
    assert len(state()) < 10_000


@pytest.mark.training
def test_the_first_work_in_a_process_is_held_against_the_state_after_the_import_of_keras(monkeypatch):
    import keras

    monkeypatch.setattr(surroundings, "_at_start", {})
    without = {key: value for key, value in state().items() if not key[0].startswith("keras")}
    at_start()
    keras.config.set_epsilon(1e-3)
    assert changes(without) == []
    assert changes(before_work(without)) == ["keras.config epsilon"]
    assert changes(before_work(state())) == []
    repair(before_work(without))
    assert keras.config.epsilon() == 1e-7


@pytest.mark.training
def test_settings_and_layers_of_keras_are_put_back():
    import keras

    before = state()
    keras.config.set_epsilon(1e-3)
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.layers.Dense.call, call = mean, keras.layers.Dense.call
    assert changes(before) == ["keras.config dtype_policy", "keras.config epsilon", "keras.layers.Dense call"]
    repair(before)
    assert changes(before) == []
    assert keras.layers.Dense.call is call


@pytest.mark.training
def test_another_meaning_of_a_name_of_keras_is_taken_back():
    import keras

    before, custom = state(), keras.saving.get_custom_objects()
    custom |= {"Dense": keras.layers.Dropout, "Own": keras.layers.Dropout}
    try:
        assert changes(before) == ["custom object Dense"]
        custom["glorot_uniform"] = custom.pop("Dense")
        assert changes(before) == ["custom object glorot_uniform"]
        repair(before)
        assert changes(before) == []
        assert "Own" in custom
    finally:
        repair(before)
        custom.pop("Own")


SETTINGS = {
    "keras.config max_epochs": lambda keras, _: keras.config.set_max_epochs(1),
    "keras.config max_steps_per_epoch": lambda keras, _: keras.config.set_max_steps_per_epoch(1),
    "keras.config flash_attention": lambda keras, _: keras.config.disable_flash_attention(),
    "tensorflow run_functions_eagerly": lambda _, tf: tf.config.run_functions_eagerly(True),
    "tensorflow jit": lambda _, tf: tf.config.optimizer.set_jit("autoclustering"),
    "tensorflow soft device placement": lambda _, tf: tf.config.set_soft_device_placement(False),
    "tensorflow tensor float 32": lambda _, tf: tf.config.experimental.enable_tensor_float_32_execution(False),
    "tensorflow op determinism": lambda _, tf: tf.config.experimental.enable_op_determinism(),
    "tensorflow check numerics": lambda _, tf: tf.debugging.enable_check_numerics(),
    "tensorflow debug mode of data": lambda _, tf: tf.data.experimental.enable_debug_mode(),
}


@pytest.mark.training
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_keras_or_tensorflow_is_put_back(name):
    import keras
    import tensorflow as tf

    before = state()
    try:
        SETTINGS[name](keras, tf)
        assert changes(before) == [name]
    finally:
        repair(before)
    assert changes(before) == []


@pytest.mark.training
def test_numbers_are_checked_no_more_after_a_run_that_checked_them():
    import tensorflow as tf

    before = state()
    tf.debugging.enable_check_numerics()
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.math.log(0.0)
    repair(before)
    assert np.isinf(tf.math.log(0.0))


@pytest.mark.training
def test_whatever_keras_can_set_is_looked_at():
    import keras

    settable = {name.removeprefix("set_") for name in dir(keras.config) if name.startswith("set_")}
    without_modules = {"backend"}  # setting it takes all modules of Keras out of `sys.modules`, which is noticed
    assert settable - without_modules <= {name for kind, name in state() if kind == "keras.config"}
