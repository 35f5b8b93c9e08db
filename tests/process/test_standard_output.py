"""With --json, standard output holds one document, whatever the code of a user prints."""

import json
import subprocess
import sys

import pytest

from suite.cli import main
from suite.process import standard_output

NOISY = '''
import os
import subprocess
import numpy as np
from suite import Data, task
print("imported")

@task("noisy", family="own", kind="classification", metric="accuracy", baseline="majority")
def noisy(seed: int) -> Data:
    """Is a number above zero?"""
    print("loaded")
    x = np.random.default_rng(seed).normal(size=(90, 4, 1)).astype("float32")
    y = (x[:, 0, 0] > 0).astype(int)
    return Data(train=(x[:30], y[:30]), validation=(x[30:60], y[30:60]), test=(x[60:], y[60:]))

from suite import Experiment
experiment = Experiment(["noisy"], ["gru"])
'''
PROGRAM = """
import os, subprocess, sys
from suite.process import standard_output
with standard_output.alone():
    print("python")
    os.write(1, b"native code\\n")
    subprocess.run([sys.executable, "-c", "print('a child')"])
    standard_output.print_json({"a": 1})
print("afterwards")
"""


def test_what_the_code_of_a_task_prints_goes_to_standard_error(tmp_path, capsys):
    (tmp_path / "study.py").write_text(NOISY)
    assert main(["check", str(tmp_path / "study.py"), "--json"]) in (0, 1)
    out, err = capsys.readouterr()
    assert [one["name"] for one in json.loads(out)] == ["noisy"]
    assert "imported" in err and "loaded" in err


@pytest.mark.slow
def test_events_on_standard_output_are_kept_apart_too(tmp_path):
    (tmp_path / "study.py").write_text(
        NOISY.replace("x = np.random", "raise ValueError('no sensor')\n    x = np.random")
    )
    words = ["run", "study.py", "--workers", "0", "--no-report", "--json-lines", "-"]
    command = [sys.executable, "-m", "suite", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert (done.returncode, events[-1]) == (1, "finished"), done.stderr
    assert "imported" in done.stderr and "loaded" in done.stderr


@pytest.mark.slow
def test_native_code_and_child_processes_are_kept_apart_too():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == '{\n "a": 1\n}\nafterwards\n'
    assert {"python", "native code", "a child"} == set(done.stderr.splitlines())


def test_a_command_that_fails_leaves_standard_output_as_it_was(capsys):
    with pytest.raises(ZeroDivisionError), standard_output.alone():
        print(1 / 0)
    print("seen")
    assert capsys.readouterr().out == "seen\n"
