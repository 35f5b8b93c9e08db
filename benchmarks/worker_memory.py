"""Memory of a worker over many small runs: it stays flat, because a worker that has grown is renewed.

Run small runs of many structures on one worker, sample the worker's resident memory twice per second, and print the
largest value in every tenth of the time and the number of processes used.
"""

import argparse
import os
import tempfile
import threading

import psutil
from measuring import machine

from suite import Experiment, run
from suite.runner.progress import Progress


def main() -> None:
    """Run the experiment and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300, help="at least 30")
    chosen = parser.parse_args()
    print(machine(), flush=True)
    architectures = ["simple-rnn", "lstm", "gru"]
    each = chosen.runs // len(architectures)
    experiment = Experiment(
        tasks=["adding-10"], architectures=architectures, trials=each // 2, seeds=each - each // 2, epochs=1,
        weights=500, examples=256,
    )  # fmt: skip
    samples: list[dict[int, int]] = []
    over = threading.Event()
    thread = threading.Thread(target=sample, args=(samples, over))
    thread.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = len(run(experiment, folder, workers=1, progress=Progress(quiet=True)).records)
    finally:
        over.set()
        thread.join()
    report(samples, done)


def sample(samples: list[dict[int, int]], over: threading.Event) -> None:
    """Twice per second, append {process id: resident bytes} of all child processes to `samples`.

    Samples taken before a child has imported TensorFlow are left out.
    """
    me = psutil.Process(os.getpid())
    while not over.wait(0.5):
        found = {}
        for child in me.children(recursive=True):
            try:
                found[child.pid] = child.memory_info().rss
            except psutil.Error:  # it ended meanwhile
                continue
        if found and max(found.values()) > 400 * 2**20:  # TensorFlow is imported
            samples.append(found)


def report(samples: list[dict[int, int]], done: int) -> None:
    """Print the memory of the largest worker in each tenth of the time."""
    largest = [max(found.values()) / 2**20 for found in samples]
    tenths = [largest[i * len(largest) // 10 : (i + 1) * len(largest) // 10] for i in range(10)]
    print(f"{done} runs\n{'tenth of the time':>20}{'largest MiB':>14}")
    for number, part in enumerate(tenths, 1):
        print(f"{number:20}{max(part):14.0f}")
    served = {max(found, key=found.get) for found in samples}
    first, last = max(map(max, tenths[:5])), max(map(max, tenths[5:]))
    print(f"{len(served)} processes used; second half relative to first: {last / first:.2f} (flat: at most 1.1)")


if __name__ == "__main__":
    main()
