"""Figures: all figures in the order of the report; each file of this package draws one figure."""

# ruff: noqa: F401, I001  # importing a figure registers it
from suite.report.figures import (
    overview, aggregate_skill, profiles, improvements, ranks,
    examples, scores, explanations, sources, learning_curves, gradients, confusions, calibrations, missed, predicted,
    lengths, skill_by_budget, hyperparameters, expected_best, costs,
)  # fmt: skip
from suite.report.figures.registry import FIGURES
