"""The suite against a plain Keras Tuner script: the same trials, epochs and seeds, an equal search space.

Prints wall time, CPU time and peak memory of both, the ratios, and the best validation score of every cell. Both load
the same tasks; the plain script (`plain.py`) runs in one process with TensorFlow's own choice of threads, the suite
with one process a core. Demand: at least three times less wall time on two cores.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from measuring import Cost, machine, measured

from suite.store import Store

ARCHITECTURES = ["simple-rnn", "lstm", "gru"]
EXPERIMENT = """from suite import Experiment
experiment = Experiment(tasks={tasks}, architectures={architectures}, trials={trials}, epochs={epochs},
                        patience={epochs}, seeds={seeds}, weights={weights}, examples={examples})
"""


def main() -> None:
    """Runs both and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", default="adding-100,speech-like", help="comma-separated, one answer a sequence")
    for name, default in {
        "trials": 4,
        "epochs": 6,
        "seeds": 5,
        "weights": 5000,
        "examples": 2048,
        "workers": 2,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    settings = vars(chosen) | {"tasks": chosen.tasks.split(","), "architectures": ARCHITECTURES}
    runs = len(settings["tasks"]) * len(ARCHITECTURES) * (chosen.trials + chosen.seeds)
    print(f"{machine()}; {runs} runs of {chosen.epochs} epochs on {chosen.examples} examples", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        plain, plain_scores = of_plain(settings, Path(folder))
        suite, suite_scores = of_suite(settings, Path(folder))
    print_costs(plain, suite)
    print(f"\n{'best validation score':40}{'plain':>12}{'suite':>12}")
    for cell, score in plain_scores.items():
        print(f"{cell:40}{score:12.4g}{suite_scores[cell]:12.4g}")


def of_plain(settings: dict, folder: Path) -> tuple[Cost, dict[str, float]]:
    """Cost and scores of the plain script."""
    scores = folder / "plain.json"
    script = Path(__file__).with_name("plain.py")
    cost = measured([sys.executable, str(script), json.dumps(settings), str(scores)])
    return cost, json.loads(scores.read_text(encoding="utf-8"))


def of_suite(settings: dict, folder: Path) -> tuple[Cost, dict[str, float]]:
    """Cost and scores of the suite, without the report, which the plain script does not write either."""
    file = folder / "compared.py"
    file.write_text(EXPERIMENT.format(**settings), encoding="utf-8")
    command = [sys.executable, "-m", "suite", "run", str(file), "--results", str(folder), "--no-report", "--json"]
    cost = measured([*command, "--workers", str(settings["workers"])])
    best: dict[str, float] = {}
    for record in Store(folder / "compared").records():
        if record["role"] == "trial" and record["status"] == "ok":
            scores = record["metrics"]["validation"]
            cell = f"{record['task']}/{record['architecture']}"
            if "accuracy" in scores:
                best[cell] = max(best.get(cell, 0.0), scores["accuracy"])
            else:
                best[cell] = min(best.get(cell, float("inf")), scores["mse"])
    return cost, best


def print_costs(plain: Cost, suite: Cost) -> None:
    """The table of costs and their ratios."""
    print(f"\n{'':12}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}")
    for name, cost in (("plain", plain), ("suite", suite)):
        print(f"{name:12}{cost.wall:10.1f}{cost.cpu:10.1f}{cost.memory:10.0f}")
    ratios = (plain.wall / suite.wall, plain.cpu / suite.cpu, plain.memory / suite.memory)
    print(f"{'plain/suite':12}" + "".join(f"{ratio:10.2f}" for ratio in ratios))
    print(f"\nwall time: {ratios[0]:.1f} times less (demand: 3)")


if __name__ == "__main__":
    main()
