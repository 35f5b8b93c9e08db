"""The matrix with half the trials."""

from pathlib import Path

from suite import load_experiment

matrix = load_experiment(Path(__file__).with_name("matrix.py"))
experiment = matrix.varied("half the trials", trials=matrix.trials // 2)
