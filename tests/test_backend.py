"""What stands in the environment before TensorFlow is imported, and that it is quiet."""

import subprocess
import sys

import pytest

from suite import backend


def test_flags_that_numbers_depend_on_are_the_suites_and_other_flags_stay(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=3 --xla_dump_to=there")
    wanted = "--xla_dump_to=there --xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1"
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}
    backend.expect_import()
    assert backend.xla_flags() == {"XLA_FLAGS": wanted}


@pytest.mark.training
@pytest.mark.parametrize("name", ["keras", "tensorflow"])
def test_nothing_is_greeted_with_when_a_file_of_the_user_imports_it(tmp_path, name):
    (tmp_path / "own.py").write_text(f"import {name}, sys\nprint('of the user', file=sys.stderr)\n1 / 0\n")
    command = [sys.executable, "-m", "suite", "run", "own.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == (
        f"of the user\nsuite: '{tmp_path}/own.py', line 3 does not import: ZeroDivisionError: division by zero\n"
    )


@pytest.mark.training
def test_the_memory_of_every_gpu_grows_as_needed():
    # no GPU is needed to see that TensorFlow is asked for it
    code = """
import tensorflow as tf
from suite import backend
tf.config.list_physical_devices = lambda kind: [f"first {kind}", f"second {kind}"]
tf.config.experimental.set_memory_growth = lambda device, grow: print(device, grow)
backend.start(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "first GPU True\nsecond GPU True\n", done.stderr
