"""What the README promises."""

import re
from pathlib import Path

import pytest

from suite.cli import main, parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = parser()._subparsers._group_actions[0].choices
TASK, ARCHITECTURE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_its_commands_and_options_are_those_of_the_command_line():
    assert set(re.findall(r"^\| `suite (\w+)", README, re.MULTILINE)) == set(COMMANDS)
    options = set(re.findall(r"`(--[a-z-]+)", README))
    assert options == set(re.findall(r"(--[a-z-]+)", COMMANDS["run"].format_help())) - {"--help"}


def test_its_pictures_and_files_are_there():
    for path in re.findall(r"\]\((docs/[^)]+)\)", README) + re.findall(r"(experiments/\w+\.py)", README):
        assert (ROOT / path).is_file(), path


def test_its_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)  ?#|`make ([a-z-]+)`", README)) != set()
    assert {
        name for pair in re.findall(r"make ([a-z-]+)  ?#|`make ([a-z-]+)`", README) for name in pair if name
    } <= targets


RUN = ("run", "pump.py", "--workers", "0", "--seeds", "1")


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
def test_its_task_is_a_whole_file_of_under_25_lines_that_runs(tmp_path, monkeypatch, capsys):
    assert len(TASK.splitlines()) < 25
    (tmp_path / "pump.py").write_text(TASK)
    monkeypatch.chdir(tmp_path)
    assert main([*RUN, "--architectures", "gru"]) == 0
    assert (tmp_path / capsys.readouterr().out.splitlines()[-1].removeprefix("report: ")).is_file()


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
def test_its_architecture_of_under_15_lines_runs_on_that_task(tmp_path, monkeypatch):
    assert len(ARCHITECTURE.splitlines()) < 15
    own = TASK.replace('architectures=["simple-rnn", "lstm", "gru"]', 'architectures=["gru-reset-before"]')
    (tmp_path / "pump.py").write_text(ARCHITECTURE + own)
    monkeypatch.chdir(tmp_path)
    assert main([*RUN, "--trials", "1", "--epochs", "1", "--no-report"]) == 0
