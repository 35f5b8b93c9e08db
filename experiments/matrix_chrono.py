"""The matrix with gated cells that start with the memory of their task's length (chrono)."""

from pathlib import Path

from suite import load_experiment

matrix = load_experiment(Path(__file__).with_name("matrix.py"))
experiment = matrix.varied("chrono start of the gates", search_space={"gate_bias": ["chrono"]})
