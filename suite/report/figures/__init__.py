"""Figures: the table of contents; one figure is one file, and this is their order in the report."""

# isort: off
from suite.report.figures.aggregate_skill import aggregate_skill
from suite.report.figures.profiles import profiles
from suite.report.figures.improvements import improvements
from suite.report.figures.ranks import ranks

from suite.report.figures.examples import examples
from suite.report.figures.scores import scores
from suite.report.figures.learning_curves import learning_curves
from suite.report.figures.gradients import gradients
from suite.report.figures.confusions import confusions
from suite.report.figures.calibrations import calibrations
from suite.report.figures.missed import missed
from suite.report.figures.predicted import predicted

from suite.report.figures.lengths import lengths
from suite.report.figures.hyperparameters import hyperparameters
from suite.report.figures.expected_best import expected_best
from suite.report.figures.costs import costs
# isort: on

from suite.report.figures.registry import FIGURES

__all__ = [
    "FIGURES", "aggregate_skill", "calibrations", "confusions", "costs", "examples", "expected_best", "gradients",
    "hyperparameters", "improvements", "learning_curves", "lengths", "missed", "predicted", "profiles", "ranks",
    "scores",
]  # fmt: skip
