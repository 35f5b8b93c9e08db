"""Compare the suite with a plain Keras Tuner script: the same trials, epochs and seeds.

Print wall time, CPU time and peak memory of both, the ratios, and for every cell the best validation score of its
trials and of its final runs. Both load the same tasks and train the configurations that the suite drew. The plain
script (`plain.py`) runs in one process with TensorFlow's own choice of threads, the suite with one process per core.
Demands: at most a third of the wall time on two cores, and scores that differ no more than seeds do.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import Cost, machine, measured
from scipy.stats import permutation_test

from suite.results.store import Store
from suite.statistics import holm
from suite.tasks.task import TASKS

ARCHITECTURES = ["simple-rnn", "lstm", "gru"]
EXPERIMENT = """from suite import Experiment
experiment = Experiment(tasks={tasks}, architectures={architectures}, trials={trials}, epochs={epochs},
                        patience={epochs}, seeds={seeds}, weights={weights}, examples={examples})
"""

# {cell: {"trials" or "finals": the best validation score of each run}}.
Scores = dict[str, dict[str, list[float]]]


def main() -> None:
    """Run the suite and the plain script, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", default="adding-100,speech-like", help="comma-separated; one target per sequence")
    sizes = {"trials": 4, "epochs": 6, "seeds": 5, "weights": 5000, "examples": 2048, "workers": 2}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    settings = vars(chosen) | {"tasks": chosen.tasks.split(","), "architectures": ARCHITECTURES}
    runs = len(settings["tasks"]) * len(ARCHITECTURES) * (chosen.trials + chosen.seeds)
    print(f"{machine()}; {runs} runs of {chosen.epochs} epochs on {chosen.examples} examples", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        suite, suite_scores, settings["configurations"] = of_suite(settings, Path(folder))
        plain, plain_scores = of_plain(settings, Path(folder))
    print_costs(plain, suite)
    print_scores(plain_scores, suite_scores)


def of_plain(settings: dict, folder: Path) -> tuple[Cost, Scores]:
    """Run the plain script, and return its cost and scores."""
    scores = folder / "plain.json"
    script = Path(__file__).with_name("plain.py")
    cost = measured([sys.executable, str(script), json.dumps(settings), str(scores)])
    return cost, json.loads(scores.read_text(encoding="utf-8"))


def of_suite(settings: dict, folder: Path) -> tuple[Cost, Scores, dict[str, list[dict]]]:
    """Run the suite, and return its cost, its scores and the configurations that it drew for each cell.

    The suite writes no report, because the plain script writes none. Raise ValueError if a run failed, because then the
    two have not done the same work.
    """
    file = folder / "compared.py"
    file.write_text(EXPERIMENT.format(**settings), encoding="utf-8")
    command = [sys.executable, "-m", "suite", "run", str(file), "--results", str(folder), "--no-report", "--json"]
    cost = measured([*command, "--workers", str(settings["workers"])])
    scores: Scores = {}
    configurations: dict[str, list[dict]] = {}
    for record in sorted(Store(folder / "compared").records(), key=lambda record: record.index):
        if record.status != "ok":
            raise ValueError(f"{record['id']} failed: {record['error']}")
        cell = f"{record['task']}/{record['architecture']}"
        validation = record.metrics["validation"]
        score = validation["accuracy"] if "accuracy" in validation else validation["mse"]
        scores.setdefault(cell, {"trials": [], "finals": []})[f"{record['role']}s"].append(score)
        if record.role == "trial":
            configurations.setdefault(cell, []).append(record.hyperparameters)
    return cost, scores, configurations


def print_costs(plain: Cost, suite: Cost) -> None:
    """Print the costs of the plain script and the suite, and their ratios."""
    print(f"\n{'':12}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}")
    for name, cost in (("plain", plain), ("suite", suite)):
        print(f"{name:12}{cost.wall:10.1f}{cost.cpu:10.1f}{cost.memory:10.0f}")
    ratios = (plain.wall / suite.wall, plain.cpu / suite.cpu, plain.memory / suite.memory)
    print(f"{'plain/suite':12}" + "".join(f"{ratio:10.2f}" for ratio in ratios))
    print(f"\nspeed-up in wall time: {ratios[0]:.1f} (demand: 3)")


def print_scores(plain: Scores, suite: Scores) -> None:
    """Print a line per cell: each side's best trial, and the mean and standard deviation of its final runs.

    The permutation p is the probability that seeds alone make such a difference between the final runs.
    """
    print(f"\n{'validation scores':25}{'best trial':>24}{'final runs: mean and deviation':>46}{'permutation p':>16}")
    print(f"{'':25}{'plain':>12}{'suite':>12}{'plain':>23}{'suite':>23}")
    chances = []
    for cell in plain:
        best = TASKS.get(cell.split("/")[0]).headline.best
        trials = [best(scores[cell]["trials"]) for scores in (plain, suite)]
        finals = [np.array(scores[cell]["finals"]) for scores in (plain, suite)]
        described = [f"{values.mean():.4g} +- {values.std(ddof=1):.2g}" for values in finals]
        chances.append(permutation_test(finals, lambda a, b: a.mean() - b.mean()).pvalue)
        print(f"{cell:25}{trials[0]:12.4g}{trials[1]:12.4g}{described[0]:>23}{described[1]:>23}{chances[-1]:16.2g}")
    print(f"\nsmallest p over {len(chances)} cells after Holm's correction: {holm(chances).min():.2g}")


if __name__ == "__main__":
    main()
