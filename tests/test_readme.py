"""What the README promises. Its Python blocks run in test_wheel.py."""

import re
from pathlib import Path

from suite.cli import parser

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
