"""The matrix with 60 trials and 29 seeds: the study to publish, which takes days."""

from pathlib import Path

from suite import load_experiment

experiment = load_experiment(Path(__file__).with_name("matrix.py")).changed(trials=60, seeds=29, description="")
