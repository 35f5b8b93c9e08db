"""Metrics: how to score predictions, and which scores are better, without any deep-learning backend."""

from suite.tasks.metrics.metric import METRICS, Metric, metric, serving, stored_metric
from suite.tasks.metrics.predictions import Predictions
from suite.tasks.metrics.scoring import evaluate, headline, item_scores

__all__ = [
    "METRICS",
    "Metric",
    "Predictions",
    "evaluate",
    "headline",
    "item_scores",
    "metric",
    "serving",
    "stored_metric",
]
