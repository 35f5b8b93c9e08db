"""Known results that come out here too: which architectures copy over fifty blanks or extrapolate parity.

Train final runs with a learning rate of 0.003 and otherwise the default configuration of each architecture, without a
search. Print their test accuracies, one per seed, at the training length T and, for parity, on sequences four times as
long, beside the score of the trivial baseline, which is chance.
"""

import argparse
import tempfile

from measuring import machine

from suite import Experiment, run
from suite.experiment.run import Cell
from suite.results.record import Record, Scores
from suite.runner.progress import Progress

ARCHITECTURES = ["simple-rnn", "lstm", "gru", "tcn", "transformer", "bag"]
WEIGHTS = {"parity-20": 5_000, "copy-50": 10_000}
LONGER = "test-4x"


def main() -> None:
    """Run the experiments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, help="processes, one per core by default")
    parser.add_argument("--architectures", nargs="+", default=ARCHITECTURES, metavar="NAME")
    for name, default in {"seeds": 2, "epochs": 40, "examples": 4000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = vars(parser.parse_args())
    workers = chosen.pop("workers")
    print(machine(), flush=True)
    print(f"{'task':<12}{'architecture':<14}{'weights':>8}  {'at T':<16}{'at 4T':<16}chance")
    for task, weights in WEIGHTS.items():
        experiment = Experiment(
            tasks=[task], weights=weights, patience=chosen["epochs"], hyperparameters={"learning_rate": 0.003},
            **chosen,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            records = list(run(experiment, folder, workers=workers, progress=Progress(quiet=True)).records())
        for cell in experiment.cells:
            describe(cell, [record for record in records if record.architecture == cell.architecture.name])


def describe(cell: Cell, records: list[Record]) -> None:
    """Print a line for one cell: the number of all weights of the models, and the scores."""
    metrics = [record.metrics for record in records]
    chance = [record.baseline for record in records]
    name = f"{cell.task.name:<12}{cell.architecture.name:<14}{records[0].weights or '':>8}"
    print(f"{name}  {scores(metrics, 'test'):<16}{scores(metrics, LONGER):<16}{scores(chance, 'test')}", flush=True)


def scores(metrics: list[Scores], split: str) -> str:
    """Return the accuracies of all runs on a split as text, which is empty if no run has one."""
    found = [one[split]["accuracy"] for one in metrics if split in one]
    return " ".join(f"{value:.3f}" for value in found)


if __name__ == "__main__":
    main()
