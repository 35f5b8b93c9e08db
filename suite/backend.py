"""Backend: the one place that knows which backend Keras runs on: threads, quiet start, versions."""

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from suite.errors import ThreadsError

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
# Compiling takes longer than most short trainings: with these, a recurrent layer compiles in two thirds of the time and
# runs as fast (measured with TensorFlow 2.21).
XLA = ("--xla_cpu_use_fusion_emitters=false", "--xla_backend_optimization_level=1")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def environment(threads: int) -> dict[str, str]:
    """Environment variables of a process that trains with so many threads; they act before the first import."""
    return QUIET | xla_flags() | dict.fromkeys(THREADS, str(threads))


def xla_flags() -> dict[str, str]:
    """The environment variable XLA_FLAGS: the user's, but for those that the suite sets, which numbers depend on."""
    own = {flag.partition("=")[0] for flag in XLA}
    foreign = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag.partition("=")[0] not in own]
    return {"XLA_FLAGS": " ".join([*foreign, *XLA])}


def expect_import() -> None:
    """Sets what must stand before TensorFlow is imported, whoever imports it, such as a file of the user."""
    os.environ |= QUIET | xla_flags()
    if "tensorflow" not in sys.modules and not any(isinstance(finder, QuietFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, QuietFinder())


class QuietFinder(MetaPathFinder):
    """Imports TensorFlow without its greetings, which it writes from C++ whatever log level it is given."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Where TensorFlow is, to be imported with standard error closed; None for everything else."""
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is None:
            return None
        import_aloud = spec.loader.exec_module

        def import_quietly(module: ModuleType) -> None:
            with _no_standard_error():
                import_aloud(module)

        spec.loader.exec_module = import_quietly
        return spec


def start(threads: int) -> None:
    """Fixes the number of threads of TensorFlow in this process; nothing happens on another backend.

    Raises ThreadsError when TensorFlow already computed here with another number: its results could differ.
    """
    os.environ |= environment(threads)
    expect_import()
    import keras

    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    if _threads(tf) == (threads, threads):
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise ThreadsError(
            f"TensorFlow already computes in this process with other than {threads} threads: "
            "use workers=1 or more, or start before anything else uses TensorFlow"
        ) from error
    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Makes all that Keras draws in this thread depend on the seed alone.

    Keras takes the seeds of initializers from `random.randint`, whose state the other threads of a Dask worker advance
    whenever they like: inside, this thread draws from a generator of its own.
    """
    import keras

    keras.utils.set_random_seed(seed)
    shared, own, thread = random.randint, random.Random(seed).randint, threading.get_ident()
    random.randint = lambda low, high: (own if threading.get_ident() == thread else shared)(low, high)
    try:
        yield
    finally:
        random.randint = shared


def trainer(network: Any, loss: Callable[..., Any]) -> Callable[..., Any]:
    """A compiled function (arrays, rows, count) -> loss of every step, that makes `count` steps of the optimizer.

    `arrays`: x, y and perhaps weights of all examples; `rows`: the examples of each batch (steps, batch size), of which
    the first `count` are used; `loss(answer, y[, weights])` is a scalar. One call makes many steps, since the way
    between Python and the compiled function takes as long as a step of a small network.
    """
    import tensorflow as tf

    def step(arrays: tuple[Any, ...], rows: Any) -> Any:
        x, *target = [tf.gather(array, rows) for array in arrays]
        with tf.GradientTape() as tape:
            value = loss(network(x, training=True), *target) + sum(network.losses)
        variables = network.trainable_variables
        network.optimizer.apply(tape.gradient(value, variables), variables)
        return value

    def steps(arrays: tuple[Any, ...], rows: Any, count: Any) -> Any:
        def body(number: Any, losses: Any) -> Any:
            value = step(arrays, rows[number])
            return number + 1, tf.tensor_scatter_nd_update(losses, [[number]], [value])

        start = (tf.constant(0), tf.zeros(rows.shape[0], network.output.dtype))
        return tf.while_loop(lambda number, _: number < count, body, start)[1]

    return tf.function(steps, jit_compile=network.jit_compile, autograph=False)


def forward(network: Any) -> Callable[..., Any]:
    """A compiled function x -> answer outside training, one for any number of examples."""
    import tensorflow as tf

    signature = tf.TensorSpec((None, *network.input.shape[1:]), network.input.dtype)
    return tf.function(lambda x: network(x, training=False), input_signature=[signature], autograph=False)


def gradient(loss: Callable[..., Any], variable: Any) -> Callable[..., Any]:
    """A compiled function of the loss's arguments: the gradient with respect to a Keras variable."""
    import tensorflow as tf

    def compute(*arguments: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variable.value)
            value = loss(*arguments)
        return tape.gradient(value, variable.value)

    return tf.function(compute, autograph=False)


@contextmanager
def _no_standard_error() -> Iterator[None]:
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def threads_in_use() -> int | None:
    """Threads that TensorFlow was told to compute with in this process, None while it was told nothing."""
    tf = sys.modules.get("tensorflow")
    return (tf and _threads(tf)[0]) or None


def _threads(tf: Any) -> tuple[int, int]:
    settings = tf.config.threading
    return settings.get_intra_op_parallelism_threads(), settings.get_inter_op_parallelism_threads()


def gpus() -> list[str] | None:
    """Names of the GPUs that TensorFlow found, None where it was not started in this process."""
    if "tensorflow" not in sys.modules:
        return None
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(device).get("device_name", device.name) for device in devices]
