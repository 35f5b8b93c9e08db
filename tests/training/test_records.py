"""What a run's record says about its cost: CPU seconds, with those of ended child processes."""

import subprocess
import sys
import time

import pytest

from suite.training.records import Clock, cause, cpu_seconds

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def test_cpu_seconds_count_work_and_not_waiting():
    begin = cpu_seconds()
    time.sleep(0.1)
    asleep, until = cpu_seconds() - begin, time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert asleep < 0.04
    assert cpu_seconds() - begin >= 0.05


@pytest.mark.slow
def test_cpu_seconds_count_ended_child_processes():
    clock = Clock()
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert clock.spent()["cpu"] > 0.25


def test_a_clock_tells_the_cpu_seconds_beside_those_of_every_phase():
    clock = Clock()
    with clock.phase("fit"):
        time.sleep(0.01)
    spent = clock.spent()
    assert list(spent) == ["data", "build", "fit", "evaluate", "cpu"]
    assert spent["fit"] >= 0.01
    assert 0 <= spent["cpu"] <= clock.spent()["cpu"]


@pytest.mark.parametrize(
    ("raised", "recorded"),
    [
        (
            type("OddError", (Exception,), {"__str__": lambda _: 1 / 0})(),
            "its message cannot be read (ZeroDivisionError)",
        ),
        (ValueError("half \ud800"), "ValueError: half ?"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_an_error_without_a_message_that_a_file_can_hold_is_recorded(raised, recorded):
    status, message = cause(raised)
    assert (status, message.removeprefix("OddError: ")) == ("error", recorded)


def test_a_message_of_a_million_characters_is_cut():
    assert len(cause(ValueError("x" * 10**6))[1]) < 11_000
