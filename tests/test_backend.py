"""The environment that TensorFlow is imported in, and its silence."""

import subprocess
import sys

import pytest

from suite import backend


def test_the_suite_sets_the_flags_that_numbers_depend_on_and_keeps_the_others(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=3 --xla_dump_to=there")
    wanted = "--xla_dump_to=there --xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1"
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}
    backend.expect_import(b"")
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}


@pytest.mark.training
@pytest.mark.parametrize("name", ["keras", "tensorflow"])
def test_tensorflow_is_silent_when_a_users_file_imports_it(tmp_path, name):
    (tmp_path / "own.py").write_text(f"import {name}, sys\nprint('of the user', file=sys.stderr)\n1 / 0\n")
    command = [sys.executable, "-m", "suite", "run", "own.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == (
        f"of the user\nsuite: '{tmp_path}/own.py', line 3 failed to import: ZeroDivisionError: division by zero\n"
    )


@pytest.mark.training
@pytest.mark.parametrize(
    "code", ["from suite import backend; backend.start(1)", "import suite.cli; suite.cli.main(['check', 'bag'])"]
)
def test_tensorflow_is_silent_when_the_suite_starts_it_and_garbage_is_collected_as_before(code):
    code += "; import gc; assert gc.isenabled() and gc.get_freeze_count()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("source", "imported"),
    [(b"import keras", True), (b"x = 1\nfrom tensorflow import nn", True), (b"def f():\n    import keras", False)],
)
def test_keras_is_imported_ahead_of_a_file_only_if_the_file_imports_it_at_its_top(monkeypatch, source, imported):
    done = []
    monkeypatch.setattr(backend, "import_quietly", lambda: done.append(True))
    backend.expect_import(source)
    assert bool(done) == imported


@pytest.mark.training
def test_the_memory_of_every_gpu_grows_on_demand():
    # replaced functions show it without a GPU
    code = """
import tensorflow as tf
from suite import backend
tf.config.list_physical_devices = lambda kind: [f"first {kind}", f"second {kind}"]
tf.config.experimental.set_memory_growth = lambda device, grow: print(device, grow)
backend.start(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "first GPU True\nsecond GPU True\n", done.stderr
