"""A stranger installs the wheel: in an empty folder, what the README shows works without the repository."""

import os
import re
import runpy
import shutil
import site
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from repository import ROOT
from test_readme import ARCHITECTURE, TASK

from suite import __version__

pytestmark = [pytest.mark.slow, pytest.mark.training]
CONTENTS = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "NOTICE.md", "suite", "experiments")
TINY = ("--epochs", "1", "--seeds", "1", "--workers", "0")


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """The Python of an environment that holds the wheel and finds what it needs beside this Python."""
    source, scratch = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("scratch")
    for name in CONTENTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    venv.create(scratch)
    found = scratch / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", source / "dist", source)
    pip("--python", found, "install", "--no-deps", *(source / "dist").glob("*.whl"))
    (packages(scratch) / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return found


def pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, env=surroundings())


def surroundings() -> dict[str, str]:
    """Return the variables of this process without those that lead to the repository, its environment or its data."""
    return {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SUITE_DATA", "VIRTUAL_ENV")
    }


def packages(environment: Path) -> Path:
    return next(environment.rglob("site-packages"))


@pytest.fixture
def call(python, tmp_path):
    """Calls a command of that environment in an empty folder, and returns what it prints."""

    def run(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            [python.parent / words[0], *words[1:]], cwd=tmp_path, env=surroundings(), capture_output=True, text=True
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def metadata(python) -> Distribution:
    return next(iter(distributions(name="sequence-suite", path=[str(packages(python.parent.parent))])))


def test_it_is_the_wheel_that_is_imported(call, python):
    place = Path(call("python", "-c", "import suite; print(suite.__file__)").strip())
    assert place.is_relative_to(python.parent.parent)
    assert call("suite", "--version").strip().endswith(__version__)


def test_the_quick_study_runs_by_name_and_as_a_file_of_ones_own(call, tmp_path):
    narrow = ("--trials", "2", "--tasks", "speech-like,sp500-volatility", "--architectures", "gru", *TINY)
    printed = call("suite", "run", "quick", *narrow)
    page = (tmp_path / printed.splitlines()[-1].removeprefix("report: ")).read_text(encoding="utf-8")
    assert "site-packages" not in page
    assert "suite run quick" in page
    assert "next: suite run quick.py --dry-run" in call("suite", "new")
    call("suite", "run", "quick.py", "--no-report", *narrow)  # the same runs: nothing is trained again


def test_the_task_of_the_readme_is_a_whole_file_that_runs(call, tmp_path):
    assert len(TASK.splitlines()) < 25
    (tmp_path / "pump.py").write_text(TASK)
    call("suite", "run", "pump.py", "--architectures", "gru", "--no-report", *TINY)
    assert (tmp_path / "results" / "pump" / "pump-failure" / "gru" / "final-000.json").is_file()


def test_the_architecture_of_the_readme_runs_on_that_task(call, tmp_path):
    assert len(ARCHITECTURE.splitlines()) < 15
    own = TASK.replace('architectures=["simple-rnn", "lstm", "gru"]', 'architectures=["gru-reset-before"]')
    (tmp_path / "pump.py").write_text(ARCHITECTURE + own)
    call("suite", "run", "pump.py", "--trials", "1", "--no-report", *TINY)
    assert (tmp_path / "results" / "pump" / "pump-failure" / "gru-reset-before" / "final-000.json").is_file()


def test_its_description_names_no_file_that_an_index_lacks(metadata):
    description = metadata.metadata["Description"]
    assert "## Your own task" in description
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", description) == []


def test_with_the_address_of_a_repository_pictures_and_links_of_the_description_are_absolute():
    for_an_index = runpy.run_path(str(ROOT / "setup.py"))["for_an_index"]
    readme = "![Two\nlines](docs/a.png)\n\n[text](docs/b.md), [here](#c), [there](https://example.org)\n"
    assert for_an_index(readme) == "text, [here](#c), [there](https://example.org)\n"
    absolute = for_an_index(readme, "https://example.org/suite")
    assert "![Two\nlines](https://example.org/suite/raw/HEAD/docs/a.png)\n" in absolute
    assert (
        "[text](https://example.org/suite/blob/HEAD/docs/b.md), [here](#c), [there](https://example.org)\n" in absolute
    )
