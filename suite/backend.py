"""Backend: the only file that uses TensorFlow directly, for imports, threads, seeds and compiled functions."""

import gc
import os
import random
import re
import sys
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from suite.errors import ThreadsError
from suite.process import surroundings

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
# Compiling takes longer than most short runs. With these flags, a recurrent layer compiles in two thirds of the
# time and runs as fast (measured with TensorFlow 2.21).
XLA = ("--xla_cpu_use_fusion_emitters=false", "--xla_backend_optimization_level=1")
POLICY = "SUITE_DTYPE_POLICY"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
IMPORTS_KERAS = re.compile(rb"^(import|from)\s+(keras|keras_tuner|tensorflow)\b", re.MULTILINE)


def environment(threads: int) -> dict[str, str]:
    """Return the environment variables for a process that trains with `threads` threads, to set before its imports."""
    return QUIET | xla_flags() | dict.fromkeys(THREADS, str(threads))


def worker_environment(threads: int) -> dict[str, str]:
    """Return the environment variables for a worker: those of `environment`, and the float policy of this process.

    An experiment file may set Keras' policy (mixed precision), and workers do not run that file.
    """
    if "keras" not in sys.modules:
        return environment(threads) | {POLICY: "float32"}
    import keras

    return environment(threads) | {POLICY: keras.config.dtype_policy().name}


def xla_flags() -> dict[str, str]:
    """Return the variable XLA_FLAGS: the user's flags, with the suite's values for the flags in `XLA`."""
    own = {flag.partition("=")[0] for flag in XLA}
    foreign = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag.partition("=")[0] not in own]
    return {"XLA_FLAGS": " ".join([*foreign, *XLA])}


def expect_import(source: bytes) -> None:
    """Prepare to run a user's Python source: set variables, and import Keras quietly if the source imports it."""
    os.environ |= QUIET | xla_flags()
    if IMPORTS_KERAS.search(source):
        import_quietly()


def import_quietly() -> None:
    """Import Keras with its backend, without TensorFlow's start-up messages.

    TensorFlow 2.21 writes these messages from C++, before its logging reads any environment variable, so redirecting
    standard error is the only way to silence them. If the import fails, its error is raised as usual.

    What an import makes lasts until the process ends. To look for garbage in it would take a fifth of the time.
    """
    if "keras" in sys.modules:
        return
    sys.stderr.flush()
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    collects = gc.isenabled()
    gc.disable()
    try:
        import keras  # noqa: F401
    finally:
        gc.freeze()
        if collects:
            gc.enable()
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def start(threads: int) -> None:
    """Set the environment, import Keras quietly, and set TensorFlow's number of threads in this process.

    With another Keras backend, the threads are not set. Raise ThreadsError if TensorFlow has already computed in this
    process with another number of threads, because its results could differ.
    """
    os.environ |= environment(threads)
    import_quietly()
    import keras

    # said once and better by the rules for architectures, while Keras says it for every layer of every model
    warnings.filterwarnings("ignore", message=".*does not support masking and will therefore destroy the mask")

    if POLICY in os.environ:
        keras.config.set_dtype_policy(os.environ[POLICY])
    surroundings.at_start()
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
            f"TensorFlow already uses a number of threads other than {threads} in this process: "
            "use workers=1 or more, or start before anything else uses TensorFlow"
        ) from error
    for device in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(device, True)


@contextmanager
def seeded(seed: int, whole: bool = True) -> Generator[None]:
    """Make all random draws of Keras in this thread depend on the seed only; and TensorFlow's and NumPy's if `whole`.

    Keras takes the seeds of initializers from `random.randint`. Other threads of a Dask worker may advance its state at
    any time. Therefore, inside the `with` block, this thread draws from its own generator.

    When its seed is set, TensorFlow forgets how it executes compiled functions, and works that out again at their next
    calls, for 0.2 s of CPU in a run. So set `whole` only for code that may draw with TensorFlow or NumPy.
    """
    import keras

    if whole:
        keras.utils.set_random_seed(seed)
    shared, own, thread = random.randint, random.Random(seed).randint, threading.get_ident()
    random.randint = lambda a, b: (own if threading.get_ident() == thread else shared)(a, b)  # ty: ignore[invalid-assignment]  # restored below
    try:
        yield
    finally:
        random.randint = shared


@contextmanager
def precision(policy: str | None) -> Generator[None]:
    """Build networks with Keras' float policy of this name inside the `with` block; None changes nothing."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy or before)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def trainer(network: Any, loss: Callable[..., Any]) -> Callable[..., Any]:
    """Return a compiled function (arrays, rows, rates, count) that takes `count` steps and returns each step's loss.

    `arrays`: the x, the y and optionally the weights of all examples. `rows` (steps, batch size): the examples of each
    batch. `rates` (steps,): the learning rate of each step. The first `count` batches are used.
    `loss(output, y[, weights])` returns a scalar. One call takes many steps, because calling the compiled function from
    Python takes as long as one step of a small network.
    """
    import tensorflow as tf

    def step(arrays: tuple[Any, ...], rows: Any) -> Any:
        x, *target = [tf.gather(array, rows) for array in arrays]
        with tf.GradientTape() as tape:
            value = loss(network(x, training=True), *target) + sum(network.losses)
            scaled = network.optimizer.scale_loss(value)
        found = zip(tape.gradient(scaled, network.trainable_variables), network.trainable_variables, strict=True)
        reached = [pair for pair in found if pair[0] is not None]  # as in Keras, other weights stay as they are
        network.optimizer.apply(*map(list, zip(*reached, strict=True)))
        return value

    def steps(arrays: tuple[Any, ...], rows: Any, rates: Any, count: Any) -> Any:
        def body(number: Any, losses: Any) -> Any:
            network.optimizer.learning_rate.assign(rates[number])
            value = step(arrays, rows[number])
            return number + 1, tf.tensor_scatter_nd_update(losses, [[number]], [value])

        start = (tf.constant(0), tf.zeros(rows.shape[0], network.output.dtype))
        return tf.while_loop(lambda number, _: number < count, body, start)[1]

    return tf.function(steps, jit_compile=network.jit_compile, autograph=False)


def forward(network: Any) -> Callable[..., Any]:
    """Return a compiled function: x -> the network's output outside training, for any number of examples."""
    import tensorflow as tf

    signature = tf.TensorSpec((None, *network.input.shape[1:]), network.input.dtype)
    return tf.function(lambda x: network(x, training=False), input_signature=[signature], autograph=False)


def gradients(loss: Callable[[], Any], variables: Any) -> list[Any]:
    """Return the gradient of a loss for each Keras variable, computed at once; None for a variable without one."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss()
    return tape.gradient(value, [variable.value for variable in variables])


def gradient(loss: Callable[..., Any], variable: Any) -> Callable[..., Any]:
    """Return a compiled function that takes the loss's arguments and returns its gradient for a Keras variable."""
    import tensorflow as tf

    def compute(*arguments: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variable.value)
            value = loss(*arguments)
        return tape.gradient(value, variable.value)

    return tf.function(compute, autograph=False)


def threads_in_use() -> int | None:
    """Return TensorFlow's number of threads in this process; None if it is not set or TensorFlow is not imported."""
    tf = sys.modules.get("tensorflow")
    return (_threads(tf)[0] or None) if tf else None


def _threads(tf: Any) -> tuple[int, int]:
    settings = tf.config.threading
    return settings.get_intra_op_parallelism_threads(), settings.get_inter_op_parallelism_threads()


def gpus() -> list[str] | None:
    """Return the names of the GPUs that TensorFlow found; None if TensorFlow is not imported in this process."""
    if "tensorflow" not in sys.modules:
        return None
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(device).get("device_name", device.name) for device in devices]
