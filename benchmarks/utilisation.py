"""How much of the cores' time is spent training, what is lost between two runs, and what a second worker gains.

Runs one experiment, whose runs take at least ten seconds, with one worker and with several, each time from nothing.
Prints for each the wall time, the share of the workers' time spent inside epochs (training and validation; required:
0.85), and the seconds between the end of a run and the start of the next (with one worker; required: under 0.2). Then
the ratio of wall times (required: 1.8 for two workers); the same without starting, ending and the last run, for which
the other worker waits; and what the machine allows: the same ratio for the epochs of independent processes that each
train the same runs.
"""

import argparse
import multiprocessing
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise

import numpy as np
from measuring import machine

from suite import Experiment, run
from suite.results.record import Record
from suite.runner.progress import Progress


def main() -> None:
    """Run the experiments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=200, help="of the sequences of the task, adding")
    options = {"trials": 3, "seeds": 22, "epochs": 10, "examples": 5000, "weights": 5000, "workers": 2}
    for name, default in options.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = vars(parser.parse_args())
    workers, length = chosen.pop("workers"), chosen.pop("length")
    experiment = Experiment(
        tasks=[f"adding-{length}"], architectures=["lstm", "gru"], patience=chosen["epochs"],
        **chosen,
    )  # fmt: skip
    print(machine(), flush=True)
    print(f"{'workers':>8}{'runs':>6}{'median run s':>14}{'wall s':>9}{'training':>10}{'between runs s':>16}")
    walls, spent = {}, {}
    for number in (1, workers):
        begin = time.perf_counter()
        records = records_of(experiment, number)
        walls[number] = time.perf_counter() - begin
        spent[number] = sum(end - start for start, end in map(span, records))
        describe(records, number, walls[number])
    print(f"{workers} workers: {walls[1] / walls[workers]:.2f} times less wall time, starting and ending included")
    print(f"{workers} workers, the same runs while all are at work: {workers * spent[1] / spent[workers]:.2f} times")
    print(f"{workers} processes apart, epochs alone: {limit(experiment, workers):.2f} times: what the machine allows")


def limit(experiment: Experiment, processes: int) -> float:
    """Return how many times as many runs independent processes train in the same time as a single process."""
    short = replace(experiment, trials=1, seeds=2)

    def seconds(number: int) -> float:
        with multiprocessing.get_context("spawn").Pool(number) as pool:
            return float(np.mean(pool.map(partial(seconds_of_epochs, short), range(number), chunksize=1)))

    return processes * seconds(1) / seconds(processes)


def seconds_of_epochs(experiment: Experiment, _: int) -> float:
    """Carry out the experiment in this process, and return the seconds that its runs spend inside epochs."""
    return sum(map(seconds_inside, records_of(experiment, 0)))


def seconds_inside(record: Record) -> float:
    """Return the seconds that a run spent inside epochs, or in all its training if it diverged."""
    return record.seconds["fit"] if record.status == "diverged" else sum(record.seconds["epochs"])


def records_of(experiment: Experiment, workers: int) -> list[Record]:
    """Carry out the experiment from the beginning, and return its records."""
    with tempfile.TemporaryDirectory() as folder:
        return run(experiment, folder, workers=workers, progress=Progress(quiet=True)).records


def describe(records: list[Record], workers: int, wall: float) -> None:
    """Print a line of the table, for one number of workers."""
    spans = sorted(map(span, records))
    whole = max(end for _, end in spans) - spans[0][0]
    share = sum(map(seconds_inside, records)) / whole / workers
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    between = f"{np.median(gaps):.3f}" if workers == 1 else "-"
    took = np.median([end - start for start, end in spans])
    print(f"{workers:8}{len(records):6}{took:14.1f}{wall:9.1f}{share:10.1%}{between:>16}", flush=True)


def span(record: Record) -> tuple[float, float]:
    """Return the times (seconds) when a run started and finished."""
    started, finished = (
        datetime.fromisoformat(f"{moment}").timestamp() for moment in (record.started, record.finished)
    )
    return started, finished


if __name__ == "__main__":
    main()
