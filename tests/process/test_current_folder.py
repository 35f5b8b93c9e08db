"""The current folder: whatever a stranger's folder holds, a command that is given there neither runs nor obeys it."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from suite.process import current_folder
from suite.report import drawing
from suite.runner.engines.engine import Done
from suite.runner.engines.processes import LocalProcesses

EVIL = "open('was-run', 'w')\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A current folder with modules and settings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "random.py").write_text(EVIL)
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\n")
    return tmp_path


@pytest.mark.slow
def test_a_process_that_a_command_starts_imports_nothing_from_it(here, monkeypatch):
    monkeypatch.delenv(current_folder.SAFE_PATH, raising=False)
    with current_folder.unimported():
        subprocess.run([sys.executable, "-c", "import random"], check=True)
    assert not (here / "was-run").exists()
    assert current_folder.SAFE_PATH not in os.environ
    subprocess.run([sys.executable, "-c", "import random"], check=True)
    assert (here / "was-run").exists()


@pytest.mark.slow
def test_a_worker_is_such_a_process_and_what_it_starts_in_turn_is_not(here):
    (here / "socket.py").write_text(EVIL)  # which processes that multiprocessing starts import first
    with LocalProcesses(1, 1) as engine:
        (worker,) = engine.free()
        engine.submit(worker, "said", os.getenv, current_folder.SAFE_PATH)
        while not (done := engine.wait()):
            pass
    assert not (here / "was-run").exists()
    assert done == [Done("said", "")]


def test_what_the_environment_said_before_stays(monkeypatch):
    monkeypatch.setenv(current_folder.SAFE_PATH, "yes")
    with current_folder.unimported():
        pass
    assert os.environ[current_folder.SAFE_PATH] == "yes"


def test_the_process_that_draws_is_such_a_process(monkeypatch):
    started = []

    def executor(**options):
        started.append((os.environ.get(current_folder.SAFE_PATH), options["initializer"]))
        return SimpleNamespace(submit=lambda *_: SimpleNamespace(result=list))

    monkeypatch.setattr(drawing, "get_reusable_executor", executor)
    monkeypatch.setattr(drawing, "MOST_DRAWN_HERE", -1)
    assert drawing._render_all([]) == []
    assert started == [("1", current_folder.ignore_settings)]


@pytest.mark.slow
def test_settings_for_pictures_are_not_read_from_it():
    code = (
        "from suite.cli import main; assert main(['list', 'gru']) == 0; "
        "import matplotlib; assert not matplotlib.rcParams['text.usetex']"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
