"""What the README promises."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from suite.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_commands_and_options_are_those_of_the_command_line():
    told = set(re.findall(r"^\| `suite (\w+)", README, re.MULTILINE))
    assert told == set(parser()._subparsers._group_actions[0].choices)
    options = set(re.findall(r"`(--[a-z-]+)", README))
    help_text = subprocess.run([sys.executable, "-m", "suite", "run", "--help"], capture_output=True, text=True).stdout
    assert options == set(re.findall(r"(--[a-z-]+)", help_text)) - {"--help"}


def test_its_pictures_and_files_are_there():
    for path in re.findall(r"\]\((docs/[^)]+)\)", README) + re.findall(r"(experiments/\w+\.py)", README):
        assert (ROOT / path).is_file(), path


def test_its_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)  ?#|`make ([a-z-]+)`", README)) != set()
    assert {
        name for pair in re.findall(r"make ([a-z-]+)  ?#|`make ([a-z-]+)`", README) for name in pair if name
    } <= targets


@pytest.mark.training
def test_its_task_is_a_whole_file_of_under_25_lines_that_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(code.splitlines()) < 25
    (tmp_path / "pump.py").write_text(code)
    command = [
        sys.executable,
        "-m",
        "suite",
        "run",
        "pump.py",
        "--workers",
        "0",
        "--architectures",
        "gru",
        "--seeds",
        "1",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / done.stdout.splitlines()[-1].removeprefix("report: ")).is_file()
