"""Library settings: those of Keras, TensorFlow and scikit-learn that all runs of a process share, and how to set them.

No library is imported here: one that is not imported has no settings yet.
"""

import sys
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """A setting of a module: how to ask for it, and how to set it; None if only a new process has another value."""

    module: str
    get: Callable[[Any], Any]
    set: Callable[[Any, Any], object] | None


def _setting(module: str, get: str, set_: str) -> Setting:
    """Return a setting with functions of these names for asking and setting."""
    return Setting(module, lambda of: attrgetter(get)(of)(), lambda of, value: attrgetter(set_)(of)(value))


def _fixed(get: str) -> Setting:
    return Setting("tensorflow", lambda of: attrgetter(get)(of)(), None)


def _switch(module: str, get: Callable[[Any], Any], on: str, off: str) -> Setting:
    """Return a setting that has a function of its own for each of its two values."""
    return Setting(module, get, lambda of, value: attrgetter(on if value else off)(of)())


_keras = partial(_setting, "keras")
_tensorflow = partial(_setting, "tensorflow")
SETTINGS = {
    ("keras.config", "floatx"): _keras("config.floatx", "config.set_floatx"),
    ("keras.config", "epsilon"): _keras("config.epsilon", "config.set_epsilon"),
    ("keras.config", "image_data_format"): _keras("config.image_data_format", "config.set_image_data_format"),
    ("keras.config", "dtype_policy"): Setting(
        "keras", lambda of: of.config.dtype_policy().name, lambda of, value: of.config.set_dtype_policy(value)
    ),
    ("keras.config", "max_epochs"): _keras("config.max_epochs", "config.set_max_epochs"),
    ("keras.config", "max_steps_per_epoch"): _keras("config.max_steps_per_epoch", "config.set_max_steps_per_epoch"),
    ("keras.config", "flash_attention"): _switch(
        "keras",
        lambda of: of.config.is_flash_attention_enabled() is not False,
        "config.enable_flash_attention",
        "config.disable_flash_attention",
    ),
    ("tensorflow", "run_functions_eagerly"): _tensorflow(
        "config.functions_run_eagerly", "config.run_functions_eagerly"
    ),
    ("tensorflow", "jit"): _tensorflow("config.optimizer.get_jit", "config.optimizer.set_jit"),
    ("tensorflow", "optimizer options"): _fixed("config.optimizer.get_experimental_options"),
    ("tensorflow", "soft device placement"): _tensorflow(
        "config.get_soft_device_placement", "config.set_soft_device_placement"
    ),
    ("tensorflow", "tensor float 32"): _tensorflow(
        "config.experimental.tensor_float_32_execution_enabled", "config.experimental.enable_tensor_float_32_execution"
    ),
    ("tensorflow", "visible devices"): _fixed("config.get_visible_devices"),
    ("tensorflow", "eager execution"): _fixed("executing_eagerly"),
    # these have no public way to ask
    ("tensorflow", "op determinism"): _switch(
        "tensorflow.python.framework.config",
        lambda of: of.is_op_determinism_enabled(),
        "enable_op_determinism",
        "disable_op_determinism",
    ),
    ("tensorflow", "check numerics"): _switch(
        "tensorflow.python.debug.lib.check_numerics_callback",
        lambda of: hasattr(of._state, "check_numerics_callback"),
        "enable_check_numerics",
        "disable_check_numerics",
    ),
    ("tensorflow", "debug mode of data"): Setting(
        "tensorflow.python.data.ops.debug_mode", lambda of: of.DEBUG_MODE, lambda of, value: of.toggle_debug_mode(value)
    ),
    ("sklearn", "config"): Setting("sklearn", lambda of: of.get_config(), lambda of, value: of.set_config(**value)),
}
KINDS = {kind for kind, _ in SETTINGS}


def current() -> dict[tuple[str, str], Any]:
    """Return the settings of the libraries that are imported: (kind, name) -> value."""
    loaded = sys.modules
    return {key: one.get(loaded[one.module]) for key, one in SETTINGS.items() if one.module in loaded}


def put_back(kind: str, name: str, value: Any) -> None:
    """Set a setting, if that is possible in this process."""
    setting = SETTINGS[kind, name]
    if setting.set:
        setting.set(sys.modules[setting.module], value)
