"""The runner's own limit: how many runs per second it can hand out, take back and store when runs only sleep.

The real runner and store drive an engine with simulated workers, whose runs end after a set time with a record that has
no numbers. First the runs take no time, and their rate is the limit (required: 200 per second). Then they take a second
each, and the share of the workers' time that is slept shows whether all workers (64) are kept busy.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self
from unittest.mock import patch

from measuring import machine

from suite import Experiment, run
from suite.experiment.run import Run
from suite.runner.engines.engine import Done
from suite.runner.progress import Progress
from suite.training.records import Clock, record
from suite.training.train import Outcome

METRICS = {"mse": 0.1, "mae": 0.1, "rmse": 0.3, "r2": 0.5}


class Sleepers:
    """An engine with simulated workers, whose runs only sleep. Other work is done at once, in this process."""

    def __init__(self, workers: int, seconds: float):
        self.workers = [f"worker {number}" for number in range(workers)]
        self.seconds = seconds
        self.busy: dict[str, tuple[float, Done]] = {}
        self.times: list[float] = []
        self.last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.busy.clear()

    def free(self) -> list[str]:
        """Return the workers that have no run."""
        return [worker for worker in self.workers if worker not in self.busy]

    def submit(
        self, worker: str, token: Any, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> None:
        """Start a simulated run, by noting when it will end, or do other work at once."""
        if isinstance(token, Run):
            self.times.append(time.perf_counter())
            self.busy[worker] = (time.perf_counter() + self.seconds, Done(token, slept(token)))
        else:
            self.busy[worker] = (0.0, Done(token, function(*arguments)))

    def wait(self) -> list[Done]:
        """Sleep until at least one run has ended, and return all runs that have ended."""
        if self.busy:
            time.sleep(max(0.0, min(end for end, _ in self.busy.values()) - time.perf_counter()))
        self.last = time.perf_counter()
        over = [worker for worker, (end, _) in self.busy.items() if end <= time.perf_counter()]
        return [self.busy.pop(worker)[1] for worker in over]


def slept(run: Run) -> Outcome:
    """Return the outcome of a simulated run."""
    splits = ("validation",) if run.role == "trial" else ("validation", "test")
    return Outcome(replace(record(run, Clock()), metrics=dict.fromkeys(splits, METRICS), weights=500))


def main() -> None:
    """Run both parts and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000, help="in each of the two parts")
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=1.0, help="each run sleeps in the second part")
    chosen = parser.parse_args()
    print(machine(), flush=True)
    print(f"{'workers':>8}{'sleep s':>9}{'runs':>7}{'runs/s':>9}{'busy':>8}{'CPU ms/run':>14}")
    for seconds in (0.0, chosen.seconds):
        begin = time.process_time()
        count, took = drive(chosen.runs, chosen.workers, seconds)
        cpu = 1e3 * (time.process_time() - begin) / count
        busy = count * seconds / took / chosen.workers
        print(f"{chosen.workers:8}{seconds:9.2f}{count:7}{count / took:9.1f}{busy:8.1%}{cpu:14.1f}", flush=True)


def drive(runs: int, workers: int, seconds: float) -> tuple[int, float]:
    """Carry out the runs. Return how many there were, and the seconds from the first start to the last end."""
    tasks, architectures = [f"adding-{length}" for length in (10, 11, 12, 13)], ["simple-rnn", "lstm"]
    each = runs // (len(tasks) * len(architectures))
    experiment = Experiment(tasks=tasks, architectures=architectures, trials=each, seeds=1, weights=500, examples=8)
    engine = Sleepers(workers, seconds)
    with tempfile.TemporaryDirectory() as folder, patch("suite.runner.runner.make_engine", lambda *_: engine):
        run(experiment, folder, workers=workers, progress=Progress(quiet=True))
        return len(engine.times), engine.last - engine.times[0]


if __name__ == "__main__":
    main()
