"""The matrix with 72 trials, best of 8, and 10 seeds: the study to publish, which takes days."""

from pathlib import Path

from suite import load_experiment

experiment = load_experiment(Path(__file__).with_name("matrix.py")).changed(
    trials=72, best_of=8, seeds=10, description=""
)
