"""Windows of a long series: seconds and peak memory of the suite, beside those of copying every window.

Write a table of random numbers, and load it in processes of their own: its rows alone, its windows as the suite makes
them (rows are scaled once, and windows are views of them), and its windows as copies in double precision that are
scaled afterwards. Print a table with the ratio of both ways.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import Cost, machine, measured

from suite import series_from_csv
from suite.tasks.own.series.building import built
from suite.tasks.own.series.reader import SeriesReader

COLUMNS = ("load", "heat")


def main() -> None:
    """Measure all ways and print the table, or load a table in one way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=24)
    parser.add_argument("--load", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.load:
        WAYS[chosen.load[0]](Path(chosen.load[1]), chosen.window)
        return
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.csv"
        write(path, chosen.rows)
        costs = {way: cost(way, path, chosen.window) for way in WAYS}
    print(f"{chosen.rows:,} rows of {len(COLUMNS)} columns, windows of {chosen.window}\n")
    print("| | seconds | MiB |\n|---|---|---|")
    for way, found in costs.items():
        print(f"| {way} | {found.wall:.1f} | {found.memory:.0f} |")
    copies, views = costs["copies"], costs["suite"]
    print(f"| copies / suite | {copies.wall / views.wall:.1f} | {copies.memory / views.memory:.1f} |")


def write(path: Path, rows: int) -> None:
    """Write a table of random numbers."""
    values = np.random.default_rng(0).normal(size=(rows, len(COLUMNS))).round(3)
    np.savetxt(path, values, fmt="%.3f", delimiter=",", header=",".join(COLUMNS), comments="")


def cost(way: str, path: Path, window: int) -> Cost:
    """Return the cost of loading a table in a process of its own."""
    return measured([sys.executable, __file__, "--window", str(window), "--load", way, str(path)], quiet=False)


def read(path: Path, window: int) -> np.ndarray:
    """Return the rows of the table (rows, columns)."""
    return built(SeriesReader(COLUMNS, window, 1, "", "error"), path)[0].values


def views(path: Path, window: int) -> None:
    """Load the table as a task does."""
    task = series_from_csv("long", path, target=COLUMNS[0], features=COLUMNS[1:], window=window)
    task.load(1)


def copies(path: Path, window: int) -> None:
    """Copy every window of the table, and scale the copies by the first 60 %."""
    values = read(path, window)
    ends = np.arange(window - 1, len(values) - 1)
    x = values[ends[:, None] + np.arange(1 - window, 1)]
    train = x[: int(0.6 * len(x))]
    x = ((x - train.mean(axis=(0, 1))) / train.std(axis=(0, 1))).astype(np.float32)
    assert np.isfinite(x).all()


WAYS = {"rows alone": read, "suite": views, "copies": copies}

if __name__ == "__main__":
    main()
