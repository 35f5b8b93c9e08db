"""Surroundings: the state of this process that every run shares, what a piece of work changed in it, and its repair.

Runs must not see each other. What user code usually changes is compared and put back: settings of libraries, names of
Keras with another meaning, NumPy's error handling, environment variables, the working folder, signal handlers, the
locale, limits of resources, standard streams, where modules are found, and functions of modules that all use. Child
processes that it leaves behind are ended; threads and closed descriptors are named.
"""

import contextlib
import locale
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from suite.process import child_processes, library_settings

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

State = dict[tuple[str, str], Any]
# modules and classes whose public functions and classes somebody might replace
SHARED = (
    "builtins", "json", "math", "os", "random", "time", "numpy", "numpy.linalg", "numpy.random",
    "keras", "keras.activations", "keras.initializers", "keras.layers", "keras.losses", "keras.ops", "keras.optimizers",
    "keras.random", "keras.Layer", "keras.Model", "keras.layers.Dense", "keras.optimizers.Adam",
)  # fmt: skip
# where Keras looks names up, unless a custom object has the same name
KERAS_NAMES = ("activations", "constraints", "initializers", "layers", "losses", "optimizers", "regularizers")
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGALRM") if hasattr(signal, name))
OF_SYS = ("stdin", "stdout", "stderr", "excepthook")
TOPS = {"suite", *(name.partition(".")[0] for name in SHARED)}
# libraries set these themselves when they are imported
OF_LIBRARIES = ("KMP_", "TF2_", "TPU_", "GRPC_", "JAX_", "PYTEST_")
LASTING = ("thread", "child process", "descriptor", "time zone")  # what cannot be put back here
ADDED = ("environment variable", "custom object", "thread", "child process")  # what is not to be added


def state() -> State:
    """Return what runs share now: (kind, name) -> value or object; Keras' part only once it is imported."""
    found: State = {
        ("module", name): module for name, module in [*sys.modules.items()] if name.partition(".")[0] in TOPS
    }
    found |= {("module search path", ""): [*sys.path]}
    own = {name: value for name, value in os.environ.items() if not name.startswith(OF_LIBRARIES)}
    found |= {("environment variable", name): value for name, value in own.items()}
    found |= {("numpy.errstate", name): value for name, value in np.geterr().items()}
    found |= {("thread", one.name): one for one in threading.enumerate() if not one.daemon}
    found |= {("child process", name): ids for name, ids in child_processes.running().items()}
    found |= {("descriptor", f"{number}"): _descriptor(number) for number in range(3)}
    found |= {("signal", one.name): signal.getsignal(one) for one in SIGNALS}
    found |= {("working folder", ""): _folder(), ("time zone", ""): time.tzname, ("umask", ""): _umask()}
    found |= {("warnings", "raised"): [one for one in warnings.filters if one[0] == "error"]}
    found |= {("sys", name): getattr(sys, name) for name in OF_SYS}
    found |= {("resource limit", name): value for name, value in _limits().items()}
    found |= {("recursion limit", ""): sys.getrecursionlimit(), ("locale", ""): locale.setlocale(locale.LC_ALL)}
    if keras := sys.modules.get("keras"):
        found |= {("custom object", name): one for name, one in _custom_objects().items() if _is_of(keras, name)}
    found |= library_settings.current()
    for name in SHARED:
        found |= {(name, own): value for own, value in _public(name)}
    return found


def changes(before: State, after: State | None = None) -> list[str]:
    """Return the names of what differs between two states, by default from now; what was imported since is ignored."""
    after = state() if after is None else after
    kinds = {kind for kind, _ in before}
    added = {key for key in after.keys() - before.keys() if key[0] in ADDED}
    changed = {key for key in before.keys() & after.keys() if not _same(before[key], after[key])}
    gone = {key for key in before.keys() - after.keys() if key[0] not in ("thread", "child process")}
    found = {key for key in added | changed | gone if key[0] in kinds | {*ADDED}}
    return sorted(f"{kind} {name}".strip() for kind, name in found - _implied(found))


def _implied(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what goes without saying in what differs: the functions, classes and parts of modules that are gone."""
    modules = {name for kind, name in found if kind == "module"}
    return {(kind, name) for kind, name in found if (name.rpartition(".")[0] if kind == "module" else kind) in modules}


def repair(before: State) -> None:
    """Put back what can be put back of a state; what cannot, such as threads, needs a new process.

    The processes that this one has started since are ended.
    """
    now = state()
    child_processes.end(_pids(now) - _pids(before))
    for kind, name in [key for key in now.keys() - before.keys() if key[0] in NAMED]:
        del NAMED[kind]()[name]
    for (kind, name), value in before.items():
        if kind not in LASTING and not _same(value, now.get((kind, name))):
            REPAIRS.get(kind, lambda kind, name, value: setattr(_holder(kind), name, value))(kind, name, value)


def at_start() -> None:
    """Remember the state in which this process began to work with Keras, once; see `before_work`."""
    if not _at_start:
        _at_start.update(state())


def before_work(before: State) -> State:
    """Return the state to hold a piece of work against that began with `before`.

    The first work in a process imports Keras, which changes much itself: its own changes are those since that import.
    """
    imported = _at_start and not any(kind == "keras.config" for kind, _ in before)
    return _at_start if imported else before


_at_start: State = {}


def _same(one: Any, other: Any) -> bool:
    if callable(one) or callable(other):
        return one is other
    return one == other


def _descriptor(number: int) -> tuple[int, int] | None:
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _pids(found: State) -> set[int]:
    return {one for (kind, _), pids in found.items() if kind == "child process" for one in pids}


def _limits() -> dict[str, tuple[int, int]]:
    names = (name for name in dir(resource) if name.startswith("RLIMIT_"))
    return {name: resource.getrlimit(getattr(resource, name)) for name in names} if resource else {}


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _folder() -> str:
    try:
        return f"{Path.cwd()}"
    except OSError:
        return ""


def _custom_objects() -> dict[str, Any]:
    return sys.modules["keras"].saving.get_custom_objects()


def _is_of(keras: ModuleType, name: str) -> bool:
    return any(hasattr(getattr(keras, part), name) for part in KERAS_NAMES)


def _holder(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    module, _, last = name.rpartition(".")
    return getattr(sys.modules.get(module), last, None)


def _public(name: str) -> Iterator[tuple[str, Any]]:
    """Yield the functions and classes of a module or a class that is loaded."""
    holder = _holder(name)
    for own, value in [*vars(holder).items()] if holder is not None else ():
        if callable(value) and not isinstance(value, ModuleType) and (own[0] != "_" or own in ("__init__", "__call__")):
            yield own, value


def _set_limit(kind: str, name: str, value: Any) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower upper bound lasts
        resource.setrlimit(getattr(resource, name), value)  # ty: ignore[missing-union-attribute]  # it has been asked


def _set_warnings(kind: str, name: str, value: Any) -> None:
    others = [one for one in warnings.filters if one[0] != "error"]
    warnings.resetwarnings()
    list.extend(warnings.filters, [*value, *others])  # ty: ignore  # it is a list at run time


def _set_signal(kind: str, name: str, value: Any) -> None:
    if threading.current_thread() is threading.main_thread() and value is not None:
        signal.signal(getattr(signal, name), value)


NAMED: dict[str, Callable[[], Any]] = {"environment variable": lambda: os.environ, "custom object": _custom_objects}
# what puts a value back, given its kind and name; without an entry, the kind is the module or class of an attribute
REPAIRS: dict[str, Callable[[str, str, Any], Any]] = {
    **dict.fromkeys(NAMED, lambda kind, name, value: NAMED[kind]().__setitem__(name, value)),
    "locale": lambda kind, name, value: locale.setlocale(locale.LC_ALL, value),
    "module": lambda kind, name, value: sys.modules.__setitem__(name, value),
    "module search path": lambda kind, name, value: sys.path.__setitem__(slice(None), value),
    "numpy.errstate": lambda kind, name, value: np.seterr(**{name: value}),
    "recursion limit": lambda kind, name, value: sys.setrecursionlimit(value),
    "resource limit": _set_limit,
    "signal": _set_signal,
    "umask": lambda kind, name, value: os.umask(value),
    "warnings": _set_warnings,
    "working folder": lambda kind, name, value: os.chdir(value or os.sep),
    **dict.fromkeys(library_settings.KINDS, library_settings.put_back),
}
