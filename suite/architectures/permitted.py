"""Permitted: what a stored model may be made of, checked before Keras builds it, because its file may be a stranger's.

Keras' safe mode runs no code from a file. But the file may name any public function of Keras, with any arguments, and
some of these write files, read others, or download them.
"""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import keras

from suite.files.reading import check_archive

DATA = ("__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__")
FUNCTIONS = re.compile(r"(builtins|keras\.activations|keras\.ops(\.[a-z]+)?)\.\w+")
CLASSES = re.compile(
    r"keras\.(DTypePolicy|FloatDTypePolicy|Sequential)"
    r"|keras\.(layers|initializers|regularizers|constraints|dtype_policies)\.[A-Z]\w*"
    r"|keras\.src\.(models\.functional\.Functional|ops\.[a-z]+\.[A-Z]\w*)"
)
# they read files, or hold code of other kinds
NEVER = (
    "FlaxLayer",
    "IntegerLookup",
    "JaxLayer",
    "StringLookup",
    "TFSMLayer",
    "TextVectorization",
    "TorchModuleWrapper",
)


def check_file(path: Path) -> None:
    """Raise ValueError, or an error of zipfile or json, unless a `.keras` file holds a permitted model."""
    with zipfile.ZipFile(path) as file:
        check_archive(file)
        check(json.loads(file.read("config.json")))


def check(config: Any) -> None:
    """Raise ValueError if a configuration names, at any depth, more than parts of networks that Keras has or knows.

    It knows what the suite, an installed package or the experiment file registered.
    """
    for part in config.values() if isinstance(config, dict) else config if isinstance(config, list) else ():
        check(part)
    if isinstance(config, dict) and "class_name" in config and not _is_permitted(config):
        raise ValueError(_fault(config))


def _is_permitted(config: dict[str, Any]) -> bool:
    name = config["class_name"]
    if "module" not in config:  # of a layer of an old format, which Keras would look for in other ways
        return name in DATA
    if name == "function":
        return _is_registered(config["config"]) or bool(FUNCTIONS.fullmatch(f"{config['module']}.{config['config']}"))
    if _is_registered(config.get("registered_name", name)):
        return True
    return name not in NEVER and bool(CLASSES.fullmatch(f"{config['module']}.{name}"))


def _is_registered(name: Any) -> bool:
    return keras.saving.get_registered_object(name) is not None


def _fault(config: dict[str, Any]) -> str:
    """Return the fault in Keras' words, if Keras would find it, too."""
    name, module = config["class_name"], config.get("module")
    if name == "__lambda__":
        return "it has a `Lambda` layer"
    if f"{module}".partition(".")[0] not in ("keras", "builtins"):
        return f"Could not locate class '{name}'"
    return f"it names '{module}.{config.get('config') if name == 'function' else name}', which is no part of a network"
