"""What a run's record says about its cost: CPU seconds, with those of ended child processes."""

import subprocess
import sys
import time

import pytest

from suite.training.records import Clock, cpu_seconds

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def test_cpu_seconds_count_work_and_not_waiting():
    begin = cpu_seconds()
    time.sleep(0.3)
    asleep, until = cpu_seconds() - begin, time.process_time() + 0.2
    while time.process_time() < until:
        pass
    assert asleep < 0.1
    assert cpu_seconds() - begin >= 0.2


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
