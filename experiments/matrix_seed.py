"""The matrix with another search seed: how far its verdicts depend on the luck of the search."""

from pathlib import Path

from suite import load_experiment

matrix = load_experiment(Path(__file__).with_name("matrix.py"))
experiment = matrix.varied("another search seed", search_seed=matrix.search_seed + 1)
