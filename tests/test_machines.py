"""On odd machines a command ends with one line and a status, and what is stored stays whole."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from suite.cli import main
from suite.files import writing
from suite.results.store import Store


@pytest.fixture
def studies(tmp_path, records, monkeypatch):
    """Two folders of one experiment, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name, architecture in (("a", "lstm"), ("b", "gru")):
        records.write_experiment(tmp_path / name, tasks=["adding-50"], trials=2, seeds=0)
        records.write_task(tmp_path / name, "adding-50")
        for index in range(3):
            records.write(tmp_path / name, records.record("adding-50", architecture, "trial", index))
    return tmp_path


def suite(*arguments, stdout=subprocess.PIPE, **environment):
    """A command in a process of its own: its status and what it said."""
    command = [sys.executable, "-m", "suite", *arguments]
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=os.environ | environment)
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_standard_output_that_is_full_is_one_line(studies):
    with Path("/dev/full").open("w") as full:
        status, said = suite("status", "a", stdout=full)
    assert (status, said) == (2, "suite: No space left on device\n")


@pytest.mark.slow
def test_standard_output_that_is_closed_says_nothing_and_what_an_encoding_lacks_is_replaced(studies):
    code = "import os, sys; os.close(1); sys.stdout = None; from suite.cli import main; sys.exit(main(['status', 'a']))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    status, said = suite("claims", "a", PYTHONIOENCODING="ascii", MPLBACKEND="no-such-backend")
    assert (status, said) == (0, "")


def test_a_disk_that_is_full_in_the_middle_of_a_merge_leaves_whole_files_and_the_same_again_completes(
    studies, monkeypatch, capsys
):
    usual, left = os.fsync, iter(range(4))

    def fsync(number):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        usual(number)

    monkeypatch.setattr(writing.os, "fsync", fsync)
    assert main(["merge", "a", "b", "--into", "all"]) == 2
    assert capsys.readouterr().err.count("No space left on device; stored results are intact") == 1
    assert Store("all").unreadable() == {}
    assert not list(Path("all").rglob(".*"))
    monkeypatch.setattr(writing.os, "fsync", usual)
    assert main(["merge", "a", "b", "--into", "all"]) == 0
    assert len(Store("all").record_paths()) == 6


@pytest.mark.parametrize("command", ["status", "best", "trials"])
def test_the_folder_of_a_cell_that_may_not_be_entered_is_named(studies, monkeypatch, capsys, command):
    usual = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "lstm" and usual(path, mode))
    assert main([command, "a"]) == 0
    assert capsys.readouterr().err == "suite: 'a/adding-50/lstm' may not be entered\n"


def test_a_folder_that_may_not_be_entered_is_one_line(studies, monkeypatch, capsys):
    usual = Path.is_dir

    def refuse(self):
        if self == Path("a"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), f"{self}")
        return usual(self)

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert main(["status", "a"]) == 2
    assert capsys.readouterr().err == "suite: 'a': Permission denied\n"


def test_too_little_memory_is_one_line(studies, monkeypatch, capsys):
    def refuse(*arguments):
        raise MemoryError

    monkeypatch.setattr("suite.commands.status.status", refuse)
    assert main(["status", "a"]) == 2
    assert capsys.readouterr().err.startswith("suite: there is not enough memory")
