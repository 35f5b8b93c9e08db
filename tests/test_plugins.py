"""Installed packages add tasks and architectures: real distributions, installed into a scratch environment."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

PLUGINS = Path(__file__).with_name("plugins")
NAMES = ("good", "broken", "clashing")


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """The interpreter of an environment that sees this one's packages and has the three plugins besides."""
    folder = tmp_path_factory.mktemp("plugins")
    venv.create(folder / "env", with_pip=False)
    interpreter = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([interpreter, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    here = sysconfig.get_path("purelib")
    Path(own, "beside.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    sources = [shutil.copytree(PLUGINS / name, folder / name) for name in NAMES]
    command = [sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet", "--no-index"]
    subprocess.run([*command, "--no-build-isolation", "--no-deps", *sources], check=True)
    return interpreter


@pytest.fixture(scope="module")
def suite(python):
    """Runs a command there."""

    def run(*arguments, **options):
        command = [python, "-m", "suite", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, **options)

    return run


@pytest.fixture(scope="module")
def listed(suite):
    """What `suite list --json` says there, with what it puts on standard error."""
    done = suite("list", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_a_plugin_adds_its_task_and_its_architecture_under_the_name_of_its_distribution(listed):
    found, _ = listed
    for what, name in (("tasks", "plugged-in-task"), ("architectures", "plugged-in-architecture")):
        assert {entry["name"]: entry["source"] for entry in found[what]}[name] == "sequence-suite-good"


def test_a_person_reads_where_they_come_from(suite):
    lines = suite("list", env=os.environ | {"COLUMNS": "400"}).stdout.splitlines()
    for name, source in (("plugged-in-task", "sequence-suite-good"), ("plugged-in-architecture", "sequence-suite-good"),
                         ("recall-10", "suite")):  # fmt: skip
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert f"  {source}  " in line


def test_broken_ones_hide_nothing_add_nothing_and_are_a_line_each(listed):
    found, said = listed
    sources = {entry["name"]: entry["source"] for entry in found["tasks"] + found["architectures"]}
    assert sources["lstm"] == sources["recall-10"] == "suite"
    assert "half-a-plugin" not in sources
    broken, clashing = sorted(said.splitlines())
    head = "suite: plugin sequence-suite-{0} (suite_{0}) failed to import: "
    assert broken == head.format("broken") + "RuntimeError: no licence found"
    assert clashing.startswith(head.format("clashing") + "RequestError: architecture 'lstm' is registered twice: ")
    assert "recurrent.py:" in clashing
    assert "suite_clashing.py:" in clashing


def test_they_are_quoted_when_a_look_up_fails(suite):
    done = suite("check", "half-a-plugin")
    assert done.returncode == 2
    assert "unknown task 'half-a-plugin'" in done.stderr
    assert "plugin sequence-suite-broken (suite_broken) failed to import: RuntimeError: no licence found" in done.stderr


@pytest.mark.training
def test_what_a_plugin_brings_is_trained_by_worker_processes_too(suite, tmp_path):
    (tmp_path / "study.py").write_text(
        "from suite import Experiment\n"
        "experiment = Experiment(tasks=['plugged-in-task'], architectures=['plugged-in-architecture'],\n"
        "                        trials=1, epochs=1, seeds=1, weights=50)\n"
    )
    done = suite("run", "study.py", "--workers", "1", "--no-report", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (cell,) = json.loads(done.stdout)["cells"]
    assert (cell["trials"]["done"], cell["finals"]["done"]) == (1, 1)


@pytest.mark.training
def test_a_model_with_a_layer_of_a_package_is_loaded_where_that_package_is_installed(tmp_path):
    source = shutil.copytree(PLUGINS / "layered", tmp_path / "layered")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*command, "--target", tmp_path / "site", source], check=True)
    (tmp_path / "study.py").write_text(
        "from suite import Experiment\n"
        "experiment = Experiment(tasks=['adding-5'], architectures=['largest'], epochs=1, seeds=1,\n"
        "                        weights=50, examples=20, hyperparameters={'batch_size': 32})\n"
    )
    np.save(tmp_path / "x.npy", np.zeros((3, 5, 2)))
    paths = [os.environ.get("PYTHONPATH", ""), str(tmp_path / "site")]

    def suite(*arguments, installed):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths[: 1 + installed]))}
        command = [sys.executable, "-m", "suite", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    done = suite("run", "study.py", "--workers", "0", "--no-report", installed=True)
    assert done.returncode == 0, done.stderr
    asked = ("predict", "results/study/adding-5/largest", "x.npy")
    done = suite(*asked, installed=True)
    assert done.stdout.count("\n") == 4, done.stderr
    done = suite(*asked, installed=False)
    assert done.returncode == 2
    known = "only Keras' layers and those of installed packages are known"
    assert f"it does not know the layer 'Largest'; {known}" in done.stderr
