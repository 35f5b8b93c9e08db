"""Known results, and whether they come out here too: which architectures copy, recall, or keep track of a state.

Train final runs with the learning rate given and otherwise the default configuration of each architecture, without a
search. Print their test accuracies, one per seed, at the training length T and, where the task has them, on sequences
four times as long, beside the score of the trivial baseline, which is chance, and the CPU seconds of a run.
"""

import argparse
import tempfile
from statistics import mean

from measuring import machine

from suite import Experiment, run
from suite.results.record import Record, Scores
from suite.runner.progress import Progress

SIX = ["simple-rnn", "lstm", "gru", "tcn", "transformer", "bag"]
TRACKERS = ["simple-rnn", "lstm", "gru", "slstm", "min-gru", "lru", "transformer"]
# task -> budget of weights, and the architectures of which something is known
STUDIES = {
    "parity-20": (5_000, SIX),
    "copy-50": (10_000, SIX),
    "state-tracking-s3-16": (5_000, TRACKERS),
    "associative-recall-16": (10_000, ["transformer", "lstm", "gru", "lru"]),
    "associative-recall-32": (10_000, ["transformer", "lstm", "gru", "lru"]),
    "selective-copying-24": (5_000, ["lstm", "min-gru", "transformer"]),
    "induction-heads-32": (10_000, ["transformer", "lstm", "gru", "min-gru"]),
    "state-tracking-s5-16": (10_000, ["simple-rnn", "lstm", "gru", "min-gru", "transformer"]),
    "list-ops-20": (10_000, ["lstm", "gru", "min-gru", "transformer"]),
}
LONGER = "test-4x"


def main() -> None:
    """Run the experiments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, help="processes, one per core by default")
    parser.add_argument("--tasks", nargs="+", default=["parity-20", "copy-50"], choices=STUDIES, metavar="NAME")
    parser.add_argument("--architectures", nargs="+", metavar="NAME", help="by default, those known for the task")
    parser.add_argument("--rates", nargs="+", type=float, default=[0.003], metavar="RATE")
    parser.add_argument("--depth", type=int, choices=[1, 2], default=1, help="number of layers or blocks")
    for name, default in {"seeds": 2, "epochs": 40, "examples": 4000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    print(machine(), flush=True)
    print(f"{'task':<24}{'architecture':<14}{'weights':>8}{'rate':>8}  {'at T':<16}{'at 4T':<16}{'chance':<16}seconds")
    for task in chosen.tasks:
        weights, known = STUDIES[task]
        for name in chosen.architectures or known:
            for rate in chosen.rates:
                study(task, name, weights, rate, chosen)


def study(task: str, architecture: str, weights: int, rate: float, chosen: argparse.Namespace) -> None:
    """Train one architecture with one learning rate, once per seed, and print a line."""
    values = {"learning_rate": rate} | ({"depth": chosen.depth} if chosen.depth > 1 else {})
    experiment = Experiment(
        tasks=[task], architectures=[architecture], weights=weights, patience=chosen.epochs, epochs=chosen.epochs,
        seeds=chosen.seeds, examples=chosen.examples, hyperparameters=values,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        records = run(experiment, folder, workers=chosen.workers, progress=Progress(quiet=True)).records
    describe(records, rate)


def describe(records: list[Record], rate: float) -> None:
    """Print a line for one cell: the number of all weights of the models, and the scores."""
    one, metrics = records[0], [record.metrics for record in records]
    chance = scores([record.baseline for record in records], "test")
    seconds = mean(record.seconds.get("cpu", 0.0) for record in records)
    name = f"{one.task:<24}{one.architecture:<14}{one.weights or '':>8}{rate:>8g}"
    print(f"{name}  {scores(metrics, 'test'):<16}{scores(metrics, LONGER):<16}{chance:<16}{seconds:.0f}", flush=True)


def scores(metrics: list[Scores], split: str) -> str:
    """Return the accuracies of all runs on a split as text, which is empty if no run has one."""
    found = [one[split]["accuracy"] for one in metrics if split in one]
    return " ".join(f"{value:.3f}" for value in found)


if __name__ == "__main__":
    main()
