"""write an experiment file for your own data, or, without any, for the quick study"""

import argparse
import json
from pathlib import Path

from suite.errors import RequestError
from suite.experiment.shipped import FOLDER
from suite.files.paths import existing
from suite.files.writing import write_named
from suite.tasks.own.guesses import Code, Guess, guess, settled
from suite.text import printable

QUICK = "quick.py"
FILE = '''"""{title}

`suite new` looked at the data and wrote this file. Its guesses are marked "guess"; change them as you like.
"""

from suite import Experiment, {function}

{function}(
    "{name}",
    {source},
{arguments})

experiment = Experiment(
    tasks=["{name}"],
    architectures=["simple-rnn", "lstm", "gru"],
    trials=24,  # configurations to search for each architecture: the number that a firm verdict needs
    epochs=30,
    seeds=3,  # final runs of the best configuration
    weights=5_000,  # trainable weights of every model
)
'''


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = "a table, or a folder with one folder of sounds per class (default: write the quick study)"
    parser.add_argument("path", metavar="FILE|FOLDER", nargs="?", help=what)
    parser.add_argument("--target", metavar="COLUMN", default="", help="the column to predict")
    parser.add_argument("--to", metavar="FILE.py", help="the file to write (default: named after the data)")


def execute(chosen: argparse.Namespace) -> int:
    """Write the experiment file, and print the data sheet and the next command."""
    if chosen.path is None:
        return _written(chosen.to or QUICK, quick_study(), [])
    path = existing(chosen.path, "file or folder")
    if not _is_text(str(path)):
        raise RequestError(f"'{path}' has a name that no Python file can hold as text: rename it")
    found, sheet = settled(guess(path, chosen.target))
    return _written(chosen.to or f"{found.name}.py", source_of(found), sheet.lines())


def _is_text(name: str) -> bool:
    """Return whether all bytes of a name are text: Python keeps those that are not as surrogates."""
    try:
        return bool(name.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _written(name: str, content: str, lines: list[str]) -> int:
    file = Path(name)
    if file.suffix != ".py":
        raise RequestError(f"'{name}' is no Python file: name it with the ending .py")
    if file.exists():
        raise RequestError(f"'{name}' already exists: name another file with --to, or remove it")
    write_named(file, content.encode("utf-8"))
    print("\n".join([*lines, f"written: {name}", f"next: suite run {name} --dry-run, then suite run {name}"]))
    return 0


def quick_study() -> str:
    """Return the content of the quick study that comes with the suite."""
    return (FOLDER / QUICK).read_text(encoding="utf-8")


def source_of(found: Guess) -> str:
    """Return the content of the experiment file."""
    arguments = "".join(_line(name, value, found.reasons.get(name, "")) for name, value in found.arguments.items())
    title = f"Which architecture is best for {found.name}?"
    return FILE.format(title=title, function=found.call, name=found.name,
                       source=json.dumps(str(found.source), ensure_ascii=False), arguments=arguments)  # fmt: skip


def _line(name: str, value: object, reason: str) -> str:
    shown = str(value) if isinstance(value, Code) else json.dumps(value, ensure_ascii=False)
    return f"    {name}={shown},{f'  # guess: {printable(reason)}' if reason else ''}\n"
