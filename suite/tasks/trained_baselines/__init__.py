"""Trained baselines: what a practitioner would fit before a network; one method a file, the best on validation data."""

from suite.tasks.trained_baselines import gradient_boosting, linear, minirocket, seasonal_naive, steps, tfidf
from suite.tasks.trained_baselines.matrix_models import weight_argument
from suite.tasks.trained_baselines.registry import TRAINED
from suite.tasks.trained_baselines.rivals import Rival, best_rival, check_rivals, declared, names, rivals, trained

__all__ = [
    "TRAINED", "Rival", "best_rival", "check_rivals", "declared", "gradient_boosting", "linear", "minirocket", "names",
    "rivals", "seasonal_naive", "steps", "tfidf", "trained", "weight_argument",
]  # fmt: skip
