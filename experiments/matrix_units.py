"""The matrix with the same widths to search for every architecture instead of equal weights."""

from pathlib import Path

from suite import load_experiment

matrix = load_experiment(Path(__file__).with_name("matrix.py"))
experiment = matrix.varied("equal units", match="units", search_space={"units": [16, 32, 64]})
