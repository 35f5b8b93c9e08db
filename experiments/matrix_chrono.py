"""The matrix with gate biases that start with a memory as long as the task's sequences (chrono)."""

from pathlib import Path

from suite import load_experiment

matrix = load_experiment(Path(__file__).with_name("matrix.py"))
experiment = matrix.varied("chrono start of the gates", search_space={"gate_bias": ["chrono"]})
