"""A command that is killed leaves nothing half made: the same command again completes, and removes what was left."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from suite.cli import main
from suite.files.unfinished import ENDING, beginning, sweep, temporary_folder
from suite.files.writing import whole_folder, write_named
from suite.results.lock import Lock

# a process that ends as if it was killed when it calls the named function of `os` for the n-th time
KILLED = """
import os, signal, sys
from pathlib import Path
function, left, work = sys.argv[1], [int(sys.argv[2])], sys.argv[3]
usual = getattr(os, function)

def call(*arguments, **options):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return usual(*arguments, **options)

setattr(os, function, call)
exec(work)
"""
FILE = "from suite.files.writing import write_atomically; write_atomically(Path('file'), b'new')"
FOLDER = """
from suite.files.writing import whole_folder
with whole_folder(Path('folder')) as made:
    (made / 'new').write_text('new')
"""
MERGE = "from suite.cli import main; main(['merge', 'a', 'b', '--into', 'all'])"


def killed(function, number, work):
    """Runs such a process, here."""
    done = subprocess.run([sys.executable, "-c", KILLED, function, str(number), work], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_file_is_the_old_one_or_the_new_one_and_what_is_left_goes_with_the_next_lock(here):
    Path("file").write_bytes(b"old")
    killed("fsync", 1, FILE)
    assert Path("file").read_bytes() == b"old"
    (left,) = [path for path in here.iterdir() if path.name != "file"]
    assert left.name.startswith(".file.")
    with Lock(here):
        assert not left.exists()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "found"), [(1, {"old"}), (2, set())], ids=["before", "between"])
def test_a_folder_is_the_old_one_or_the_new_one_and_the_same_again_completes(here, number, found):
    Path("folder").mkdir()
    Path("folder", "old").write_text("old")
    killed("rename", number, FOLDER)
    assert {path.name for path in Path("folder").glob("*")} == found
    with whole_folder(Path("folder")) as made:
        (made / "new").write_text("new")
    assert [path.name for path in here.iterdir()] == ["folder"]
    assert content("folder") == {Path("new"): b"new"}


def test_an_error_leaves_the_old_folder(here):
    Path("folder").mkdir()
    Path("folder", "old").write_text("old")
    with pytest.raises(OSError, match="cannot write 'folder'"), whole_folder(Path("folder")) as made:
        (made / "new").write_text("new")
        raise OSError(28, "No space left on device")
    assert [path.name for path in here.iterdir()] == ["folder"]
    assert content("folder") == {Path("old"): b"old"}


def test_a_folder_that_is_a_link_is_replaced_and_what_it_leads_to_stays(here):
    Path("elsewhere").mkdir()
    Path("elsewhere", "old").write_text("old")
    Path("folder").symlink_to("elsewhere")
    with whole_folder(Path("folder")) as made:
        (made / "new").write_text("new")
    assert not Path("folder").is_symlink()
    assert content("elsewhere") == {Path("old"): b"old"}


def test_only_what_ended_processes_of_this_machine_left_is_removed(here):
    own, other = Path(f"{beginning(Path('a'))}x{ENDING}"), Path(f".a.01234567-999999-x{ENDING}")
    alive = Path(own.name.replace(f"-{os.getpid()}-", "-1-"))
    gone = Path(own.name.replace(f"-{os.getpid()}-", f"-{2**22 + 1}-"))
    others = [Path(".a.part"), Path(".git"), Path("a.part")]
    for path in (own, other, alive, gone, *others):
        path.touch()
    sweep(here)
    assert not gone.exists()
    assert all(path.exists() for path in (own, other, alive, *others))


@pytest.mark.parametrize("beside", [None, "file.gz"])
def test_a_temporary_folder_is_private_and_what_a_killed_command_left_of_one_goes_with_the_next(
    here, beside, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(here))
    with temporary_folder(beside and here / beside) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        left = here / folder.name.replace(f"-{os.getpid()}-", f"-{2**22 + 1}-")
        (left / "model").mkdir(parents=True)
        with temporary_folder(beside and here / beside):
            assert folder.exists()
        assert [*here.iterdir()] == [folder]
    assert [*here.iterdir()] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 4, 8])
def test_a_merge_that_is_killed_is_completed_by_the_same_command(here, records, number):
    for name, architecture in (("a", "lstm"), ("b", "gru")):
        records.write_experiment(here / name, tasks=["adding-50"], trials=2, seeds=0)
        records.write_task(here / name, "adding-50")
        for index in range(3):
            records.write(here / name, records.record("adding-50", architecture, "trial", index))
    killed("fsync", number, MERGE)
    assert main(["merge", "a", "b", "--into", "all"]) == 0
    assert main(["merge", "a", "b", "--into", "whole"]) == 0
    assert content("all") == content("whole")


def test_what_a_killed_command_left_of_a_file_that_the_user_named_goes_with_the_next(here, records):
    for name in "ab":
        records.write_study(here / name, trials=2, seeds=2, tasks=("adding-50",))
    left = Path(beginning(Path("page.html")).replace(f"-{os.getpid()}-", f"-{2**22 + 1}-") + ENDING)
    left.touch()
    assert main(["compare", "a", "b", "--to", "page.html"]) == 0
    assert Path("page.html").exists()
    assert not left.exists()


def test_what_the_user_names_stays_what_it_is(here):
    os.mkfifo("pipe")
    with pytest.raises(OSError, match="cannot write 'pipe'"):
        write_named(Path("pipe"), b"new")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_named(Path("pipe"), b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    Path("link").symlink_to("file")
    write_named(Path("link"), b"new")
    assert Path("link").is_symlink()
    assert Path("file").read_bytes() == b"new"


@pytest.mark.slow
def test_a_report_made_twice_is_equal_byte_for_byte_and_keeps_the_files_of_others(here, records):
    records.write_study(here / "one" / "quick", trials=2, seeds=2, tasks=("adding-50",))
    assert main(["report", "one/quick"]) == 0
    made = content("one/quick/report")
    shutil.rmtree("one/quick/report")
    assert main(["report", "one/quick"]) == 0
    assert content("one/quick/report") == made
    Path("one/quick/report/notes.txt").write_text("mine")
    Path("one/quick/report/figures/old.svg").write_text("of an earlier report")
    assert main(["report", "one/quick"]) == 0
    assert content("one/quick/report") == made | {Path("notes.txt"): b"mine"}
