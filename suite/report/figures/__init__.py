"""Figures: the table of contents; one figure is one file, and this is their order in the report."""

# ruff: noqa: F401, I001  # importing a figure registers it
from suite.report.figures import (
    aggregate_skill, profiles, improvements, ranks,
    examples, scores, learning_curves, gradients, confusions, calibrations, missed, predicted,
    lengths, hyperparameters, expected_best, costs,
)  # fmt: skip
from suite.report.figures.registry import FIGURES
