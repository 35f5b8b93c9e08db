"""Step cost: what a training step costs for each architecture, by the length of the sequences.

Print the CPU milliseconds of one optimizer step on a batch of 32 sequences of `adding-T`, with one thread, XLA and the
default configuration of 5,000 weights: the median over several calls of several steps each, after a first call that
compiles. Lines are a Markdown table, for docs/architectures.md.
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np
from measuring import machine

from suite import Experiment, backend
from suite.architectures.architecture import ARCHITECTURES

LENGTHS = [100, 400, 1600]
BATCH, STEPS = 32, 2


def main() -> None:
    """Measure and print one row per architecture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--architectures", nargs="+", default=ARCHITECTURES.names(), metavar="NAME")
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS, metavar="T")
    parser.add_argument("--calls", type=int, default=3)
    chosen = parser.parse_args()
    backend.start(1)
    print(machine(), flush=True)
    print("| architecture |", *(f"T = {length:,} |" for length in chosen.lengths))
    print("|---|" + "---|" * len(chosen.lengths))
    for name in chosen.architectures:
        costs = [milliseconds(name, length, chosen.calls) for length in chosen.lengths]
        print(f"| `{name}` |", *(f"{cost:.0f} |" for cost in costs), flush=True)


def milliseconds(architecture: str, length: int, calls: int) -> float:
    """Return the CPU milliseconds of one optimizer step."""
    import keras

    from suite.architectures.model import space
    from suite.training.train import build

    experiment = Experiment(tasks=[f"adding-{length}"], architectures=[architecture], weights=5_000, examples=BATCH)
    (cell,) = experiment.cells
    data = cell.task.load(1, BATCH)
    signature = cell.task.signature(data)
    values = space(cell.architecture, signature).values | {"batch_size": BATCH}
    run = experiment.run(cell, "trial", 0, values)
    _, network = build(replace(run, budget=replace(run.budget, xla_from=0)), signature, BATCH)
    train = backend.trainer(network, lambda output, target: keras.ops.mean(keras.ops.square(output - target)))
    arrays, rows = (data.train[0], data.train[1][:, None]), np.tile(np.arange(BATCH, dtype="int32"), (STEPS, 1))
    rates = np.full(STEPS, values["learning_rate"], "float32")

    def seconds() -> float:
        before = time.process_time()
        np.asarray(train(arrays, rows, rates, np.int32(STEPS)))
        return time.process_time() - before

    seconds()
    return 1000 * statistics.median(seconds() for _ in range(calls)) / STEPS


if __name__ == "__main__":
    main()
