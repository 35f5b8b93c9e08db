"""Whatever is requested, however large, long or odd, is answered soon, and refused in one short line."""

import io
import re
import socket
import threading
import time

import pytest

from suite import cli
from suite.cli import main
from suite.errors import LONGEST, RequestError
from suite.experiment.experiment import Experiment
from suite.runner.engines.cluster import Cluster
from suite.runner.events import Events
from suite.runner.options import RunOptions

STUDY = 'from suite import Experiment\nexperiment = Experiment(["adding-5"], ["gru"])\n'


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Runs a command that must be refused, and returns the line it says."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.py").write_text(STUDY)

    def run(*arguments):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert len(err) <= LONGEST + len("suite: \n")
        return err

    return run


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--trials", 10**9, "trials must be at most 10,000, not 1,000,000,000"), ("--seeds", 10**9, "at most 10,000"),
     ("--epochs", 10**30, "at most 1,000,000, not a number of more than 15 digits"), ("--threads", 10**6, "1,024"),
     ("--workers", 10**6, "workers must be at most 1,000"), ("--trials", "9" * 5000, "invalid int value"),
     ("--tasks", "x" * 5000, "has no task"), ("--results", "r" * 5000, "File name too long"),
     ("--reuse", "r" * 5000, "File name too long"), ("--json-lines", "j" * 5000, "File name too long")],
)  # fmt: skip
def test_what_is_too_much_is_refused_with_the_limit(refused, option, value, said):
    assert said in refused("run", "study.py", option, str(value))


@pytest.mark.parametrize("command", ["status", "report", "trials", "claims", "best", "verify", "run", "check"])
def test_a_path_of_thousands_of_characters_is_named_in_part(refused, command):
    assert "File name too long" in refused(command, "x/" * 3000 + "y" * 300)


def test_a_link_that_leads_to_itself_is_named(refused, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert re.search("no file or folder 'loop': (Symlink loop|Too many levels of symbolic)", refused("new", "loop"))


@pytest.mark.parametrize("words", [["predict", "loop", "new.npy"], ["merge", "loop", "loop", "--into", "loop"]])
def test_a_link_that_leads_to_itself_is_no_folder(refused, tmp_path, words):
    (tmp_path / "loop").symlink_to("loop")
    assert "'loop'" in refused(*words)


def test_a_path_of_thousands_of_folders_is_one_line(refused, records, tmp_path):
    for name in "ab":
        records.write_study(tmp_path / name, trials=0, seeds=1, tasks=("adding-50",))
    assert "a path has too many levels" in refused("merge", "a", "b", "--into", "d/" * 2000)


@pytest.mark.parametrize(
    "ending",
    [
        "sys.exit(7)", "raise GeneratorExit", "raise BaseException('x')", "raise KeyboardInterrupt",
        "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
    ],
)  # fmt: skip
def test_a_file_that_ends_the_command_is_one_line(refused, tmp_path, ending):
    (tmp_path / "ends.py").write_text(f"import sys\n{ending}\n")
    assert "ends.py', line 2 failed to import: " in refused("run", "ends.py")


def test_a_file_that_removes_itself_from_the_modules_is_one_line(refused, tmp_path):
    (tmp_path / "ends.py").write_text("import sys\ndel sys.modules[__name__]\n")
    assert "ends.py' failed to import: ValueError: " in refused("run", "ends.py")


def test_where_a_file_closed_standard_error_the_status_alone_tells(tmp_path, monkeypatch):
    (tmp_path / "closes.py").write_text("import sys\nsys.stderr.close()\nraise ValueError\n")
    for stream in (io.StringIO(), None):
        monkeypatch.setattr("sys.stderr", stream)
        assert main(["check", str(tmp_path / "closes.py")]) == 2


TASK = """import numpy as np
from suite import Data, Experiment, task

@task("odd", family="mine", kind="regression", metric="mse", baseline="mean")
def odd(seed):
    x = np.zeros((9, 5, 1), KIND)
    CODE
    return Data(train=(x, np.zeros(9)), validation=(x, np.zeros(9)), test=(x, np.zeros(9)))

experiment = Experiment(["odd"], ["gru"])
"""


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("float", "raise BaseException('x')", "EndingError: it raised BaseException"),
        ("float", "raise OSError('\\x1b[2J' + 'x' * 10**6)", "OSError: \ufffd[2Jxxx"),
        ("complex", "", "x of type complex128 has shape (9, 5, 1); expected float"),
        ("str", "", "x of type <U1 has shape (9, 5, 1); expected float"),
    ],
)
def test_a_task_with_odd_content_is_a_finding_on_a_short_line(tmp_path, capsys, kind, code, said):
    (tmp_path / "study.py").write_text(TASK.replace("KIND", kind).replace("CODE", code))
    assert main(["check", str(tmp_path / "study.py")]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("odd: contract: ") and said in line
    assert len(line) < LONGEST + 50


def test_a_file_that_closes_standard_output_is_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "closes.py").write_text(f"import sys\nsys.stdout.close()\n{STUDY}")
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert main(["check", str(tmp_path / "closes.py")]) == 2
    assert (
        capsys.readouterr().err
        == "suite: standard output was closed by the experiment file, or by a task or an architecture\n"
    )


@pytest.mark.parametrize(("way", "said"), [("tensorboard", "name a new one"), ("mlflow", "no tracking store is named")])
def test_an_export_to_nowhere_is_refused(refused, records, tmp_path, way, said):
    records.write_study(tmp_path / "study", trials=0, seeds=1, tasks=("adding-50",))
    assert said in refused("export", "study", f"--to-{way}", "")


def test_an_experiment_has_a_largest_number_of_runs():
    with pytest.raises(RequestError, match="1,200,000 runs are more than the 1,000,000 of an experiment: divide it"):
        Experiment([f"adding-{k}" for k in range(5, 25)], ["gru", "lstm", "indrnn"], trials=10_000, seeds=10_000)
    with pytest.raises(RequestError, match="at_most_trials must be at most 10,000"):
        RunOptions(until_decided=True, at_most_trials=10**7).planned(Experiment(["adding-5"], ["gru"]))


def test_events_that_fit_nowhere_do_not_end_the_command(capsys):
    events = Events("/dev/full")
    events.write("begin")
    events.write("end")
    assert capsys.readouterr().err == "suite: no more events are written to '/dev/full': No space left on device\n"


@pytest.fixture
def server():
    """Listens, and answers whoever connects with given bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def start(answer):
            def serve():
                with listening.accept()[0] as connection:
                    connection.sendall(answer)
                    time.sleep(6)

            threading.Thread(target=serve, daemon=True).start()
            return f"tcp://127.0.0.1:{listening.getsockname()[1]}"

        yield start


@pytest.mark.slow
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 64])
def test_a_port_that_is_no_scheduler_is_refused_within_ten_seconds(server, answer):
    begun = time.monotonic()
    with pytest.raises(RequestError, match="no Dask scheduler answers at 'tcp://127"):
        Cluster(server(answer), threads=1).__enter__()
    assert time.monotonic() - begun < 10


def test_workers_that_cannot_start_are_reported_in_one_line(monkeypatch):
    from suite.runner.engines.processes import LocalProcesses

    monkeypatch.setattr(
        "tempfile.TemporaryDirectory", lambda **_: (_ for _ in ()).throw(OSError(24, "Too many open files"))
    )
    with (
        LocalProcesses(1, threads=1) as engine,
        pytest.raises(RequestError, match="cannot start: Too many open files; "),
    ):
        engine.free()


def test_an_error_that_nobody_expected_is_one_line_with_its_place(refused, monkeypatch):
    monkeypatch.setattr("suite.commands.status.status", lambda store: {}["missing"])
    assert "KeyError: 'missing'" in (line := refused("status", "."))
    assert cli.FAULT in line
    assert "test_requests.py:" in line
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError):
        main(["status", "."])
