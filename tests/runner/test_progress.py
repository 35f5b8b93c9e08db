"""What people and programs see of a run: a view that fits the terminal, lines with the time, one event per line."""

import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from repository import ROOT
from rich.console import Console
from studies import ONE_STRUCTURE, run, stored

from suite.cli import main
from suite.experiment.experiment import Experiment
from suite.results.store import Store
from suite.runner.cell_plan import plan_cell
from suite.runner.eta import Costs
from suite.runner.events import Events
from suite.runner.progress import Progress
from suite.runner.stale import StaleRecords
from suite.text import duration

STUDY = '''"""Tasks of one shape, so that all share one compiled model."""
import numpy as np
from suite import Data, Experiment, task

def declare(name):
    @task(name, family="mine", kind="regression", metric="mse", baseline="mean")
    def numbers(seed: int) -> Data:
        """Five numbers; which was the last?"""
        {first}
        rng = np.random.default_rng(seed)
        def split(n):
            x = rng.normal(size=(n, 5, 1)).astype("float32")
            return x, x[:, -1, 0].copy()
        return Data(split(20), split(10), split(10))
    return name

experiment = Experiment(
    tasks=[declare(f"numbers-{{letter}}") for letter in "{letters}"], architectures=["gru"], trials={trials}, epochs=1,
    seeds=1, weights=50, search_space={space}, hyperparameters={given},
)
'''
PLAIN = {"first": "", "letters": "a", "trials": 1, "space": ONE_STRUCTURE, "given": {}}
COUNTS = {"runs", "done", "failed", "left"}
RUN = {"id", "task", "architecture", "role", "index", "seed", "attempt", "status", "seconds", "seconds_left"} | COUNTS
# Every event has "event" and "time" besides.
KEYS = {
    "started": {"experiment", "folder", "workers", "cells"} | COUNTS,
    "run-finished": RUN | {"metric", "split", "score", "best"},
    "run-failed": RUN | {"error"},
    "run-adopted": {"id"} | COUNTS,
    "look": {"task", "look", "looks", "trials", "comparisons", "open", "next"} | COUNTS,
    "explaining": {"runs"},
    "set-aside": {"message"},
    "notice": {"message"},
    "interrupted": COUNTS,
    "stopped": {"error"} | COUNTS,
    "finished": {"reason", "seconds"} | COUNTS,
}


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Writes `study.py` into the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(**changes):
        Path("study.py").write_text(STUDY.format(**(PLAIN | changes)))

    write()
    return write


def command(*options):
    return [sys.executable, "-m", "suite", "run", "study.py", "--no-report", "--workers", "0", *options]


def checked(lines):
    """Events as they were written, each with exactly the documented keys."""
    events = [json.loads(line) for line in lines]
    for event in events:
        assert set(event) == KEYS[event["event"]] | {"event", "time"}
    return events


def on_a_terminal(arguments, lines, columns):
    """What a command writes to standard error on a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("LINES", "COLUMNS")}
    process = subprocess.Popen(
        arguments, stderr=theirs, stdout=subprocess.PIPE, env=environment | {"TERM": "xterm-256color"}
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:  # the other side is closed
        os.close(ours)
    process.communicate(timeout=60)
    return process.returncode, written.decode()


@pytest.mark.training
class TestRunning:
    def test_more_cells_than_the_terminal_has_lines(self, study):
        study(letters="abcdef", given={f"numbers-{letter}/gru": {"depth": 1} for letter in "bcdef"})
        status, written = on_a_terminal(command(), lines=7, columns=70)
        assert status == 0
        frames = re.split(r"(?:\x1b\[1A\x1b\[2K)+", written)
        assert len(frames) > 8
        assert max(frame.count("\n") for frame in frames[1:]) <= 7 - 1
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", frames[-1])
        assert "8/8 runs, 0 failed, 0:00 left" in shown
        assert re.search(r"numbers-a +gru +mse [0-9.]+ +3/3", shown)
        assert "and 3 more cells, 3 of them finished" in shown
        assert max(map(len, shown.splitlines())) <= 70

    def test_events_lines_and_status_while_it_runs(self, study, capsys):
        study(letters="ab")
        with subprocess.Popen(
            command("--json-lines", "-"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            lines = [process.stdout.readline(), process.stdout.readline()]
            assert main(["status", "results/study", "--json"]) == 0
            cells = json.loads(capsys.readouterr().out)["cells"]
            alive = process.poll() is None
            rest, err = process.communicate(timeout=120)
        assert alive
        assert sum(cell["trials"]["done"] for cell in cells) >= 1
        assert sum(cell["finals"]["missing"] for cell in cells) >= 1
        events = checked([*lines, *rest.splitlines()])
        assert [event["event"] for event in events] == [
            "started", *["run-finished"] * 6, "explaining", "finished",
        ]  # fmt: skip
        assert (events[0]["experiment"], events[0]["left"], events[-1]["left"]) == ("study", 6, 0)
        assert [event["done"] for event in events[1:-2]] == list(range(1, 7))
        assert (events[-2]["runs"], events[-1]["reason"]) == (2, "complete")
        scores = {event["id"]: event["score"] for event in events[1:-2]}
        for record in Store("results/study").records():
            split = "validation" if record.role == "trial" else "test"
            assert scores[record.id] == record.metrics[split]["mse"]
        progress = [line for line in err.splitlines() if " runs" in line]
        assert len(progress) == 7 + 1
        assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in progress)

    def test_ctrl_c_is_an_event(self, study):
        study(trials=500)
        with subprocess.Popen(
            command("--json-lines", "events"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            while "run-finished" not in (Path("events").read_text() if Path("events").exists() else ""):
                assert process.poll() is None
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
        assert process.returncode == 130
        events = checked(Path("events").read_text().splitlines())
        assert events[-1]["event"] == "interrupted"
        assert events[-1]["done"] == len(list(Store("results/study").records())) == 500 + 2 - events[-1]["left"]


class TestEvents:
    @pytest.mark.slow
    def test_failures_and_records_set_aside_are_appended_as_events(self, study):
        study(first='raise OSError("the sensor is off")')
        for _ in range(2):
            run("study.py", workers=0, progress=Progress(quiet=True, events=Events("events")))
            Store("results/study").path("numbers-a/gru/trial-000").write_text("{")
        events = checked(Path("events").read_text().splitlines())
        assert [event["event"] for event in events] == [
            "notice", "started", "run-failed", "finished",
            "set-aside", "notice", "started", "run-failed", "finished",
        ]  # fmt: skip
        assert events[2]["error"] == "OSError: the sensor is off"
        assert "trial-000.json.unreadable-1" in events[4]["message"]
        assert (events[-1]["failed"], events[-1]["left"]) == (1, 0)

    @pytest.mark.slow
    def test_a_reader_that_leaves_is_reported_once_and_stops_nothing(self, tmp_path):
        code = "from suite.runner.events import Events; e = Events('-')\n"
        code += "[e.write('notice', message='x') for _ in range(9)]"
        ours, theirs = os.pipe()
        os.close(ours)
        done = subprocess.run([sys.executable, "-c", code], stdout=theirs, stderr=subprocess.PIPE, text=True)
        os.close(theirs)
        assert (done.returncode, done.stderr) == (0, "suite: no more events are written to '-': Broken pipe\n")

    def test_the_guide_names_every_event_and_key(self):
        guide = (ROOT / "docs" / "running.md").read_text()
        prose = " ".join(guide.split())
        told = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", guide, re.MULTILINE))
        assert set(told) == set(KEYS)
        for event, keys in KEYS.items():
            named = set(re.findall(r"`([a-z_]+)`", told[event]))
            shared = (COUNTS if "counts" in told[event] else set()) | (RUN if "of the run" in told[event] else set())
            assert named | shared == keys, event
        assert "*counts* are `runs`, `done`, `failed`, `left`" in prose
        assert set(re.findall(r"`([a-z_]+)`", re.search(r"\*of the run\* are (.*?)\.", prose)[1])) | COUNTS == RUN


@pytest.fixture
def plans(tmp_path):
    """Thirty cells of which nothing was run."""
    experiment = Experiment([f"adding-{length}" for length in range(10, 20)], ["simple-rnn", "lstm", "gru"], trials=2)
    stale = StaleRecords(Store(tmp_path), redo=False, say=print)
    return [plan_cell(experiment, cell, stale) for cell in experiment.cells]


class TestView:
    def lines(self, progress, height, width=80):
        progress.console = Console(
            file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None
        )
        progress.console.print(progress.view())
        return progress.console.file.getvalue().splitlines()

    @pytest.mark.parametrize(("height", "width"), [(5, 80), (12, 80), (12, 30), (24, 200), (33, 80), (100, 80)])
    def test_it_fits(self, plans, height, width):
        progress = Progress(quiet=True)
        progress.watch(plans)
        assert len(self.lines(progress, height, width)) < height

    def test_every_cell_has_a_line_if_there_is_room(self, plans):
        progress = Progress(quiet=True)
        progress.watch(plans)
        lines = self.lines(progress, 40)
        assert len(lines) == 32
        assert not any("more cells" in line for line in lines)

    def test_running_cells_are_shown_first_then_begun_ones(self, plans):
        progress = Progress(quiet=True)
        plans[-1].running.add("adding-19/gru/trial-000")
        plans[20].accept(stored(plans[20], "trial", 0, metrics={"validation": {"mse": 0.25}}))
        progress.watch(plans)
        lines = self.lines(progress, 7)
        assert len(lines) == 6
        assert re.search(r"adding-10 +simple-rnn +none +0/8", lines[2])
        assert re.search(r"adding-16 +gru +mse 0.25 +1/8", lines[3])
        assert re.search(r"adding-19 +gru +none +1 +0/8", lines[4])
        assert lines[5].strip() == "and 27 more cells, 0 of them finished"


class TestTimeLeft:
    def record(self, plan, number, seconds, status="ok"):
        phases = {"data": 0.5, "fit": seconds - 0.5, "epochs": [9.0], "predict_1": 9.0}
        plan.add(stored(plan, "trial", number, status=status, seconds=phases))

    def test_nothing_is_known_before_the_first_run(self, plans):
        assert Costs().left({"adding-10/gru": 3}, 2) is None
        assert Costs().left({"adding-10/gru": 0}, 2) == 0
        assert duration(None) == "unknown time"

    def test_it_follows_from_the_runs_of_the_same_cell(self, plans):
        costs = Costs()
        self.record(plans[0], 0, 10.0)
        self.record(plans[1], 0, 100.0)
        costs.recall(plans[:2])
        first, second, third = (plan.cell.name for plan in plans[:3])
        assert costs.left({first: 6}, 1) == pytest.approx(6 * 10)
        assert costs.left({first: 6, second: 6}, 2) == pytest.approx((6 * 10 + 6 * 100) / 2)
        assert costs.left({third: 7}, 1) == pytest.approx(7 * 55)

    def test_runs_of_this_session_count_instead_of_earlier_ones(self, plans):
        costs = Costs()
        self.record(plans[0], 0, 1000.0)
        costs.recall(plans)
        costs.begin(f"{plans[0].cell.name}/trial-001")
        costs.end(f"{plans[0].cell.name}/trial-001")
        assert costs.expected(plans[0].cell.name) < 1

    def test_time_already_spent_on_running_runs_is_not_left(self, plans):
        costs = Costs()
        self.record(plans[0], 0, 100.0)
        costs.recall(plans)
        costs.begun[f"{plans[0].cell.name}/trial-001"] = time.monotonic() - 40
        assert costs.left({plans[0].cell.name: 3}, 1) == pytest.approx(260, abs=5)
        assert costs.left({plans[0].cell.name: 1}, 9) == pytest.approx(60, abs=5)

    def test_it_is_never_less_than_one_run_takes(self, plans):
        costs = Costs()
        self.record(plans[0], 0, 100.0)
        costs.recall(plans)
        assert costs.left({plans[0].cell.name: 6}, 64) == pytest.approx(100)

    @pytest.mark.parametrize(("seconds", "text"), [(5, "0:05"), (65.9, "1:05"), (3600, "1:00:00"), (90061, "25:01:01")])
    def test_it_is_shown_in_hours_minutes_and_seconds(self, seconds, text):
        assert duration(seconds) == text
