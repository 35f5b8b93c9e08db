"""Per label: several classifiers of one label each, as one predictor of all labels."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from suite.tasks.labels import varying


@dataclass
class PerLabel:
    """A copy of a classifier for each label that varies in training; other labels are always predicted as they were."""

    model: Any
    constant: np.ndarray = field(default_factory=lambda: np.zeros(0))
    models: dict[int, Any] = field(default_factory=dict)

    def fit(self, matrix: Any, y: np.ndarray, **weights: np.ndarray) -> None:
        """Fit to which labels are present: y of shape (rows, labels), or (rows,) for a single label.

        `weights`: the argument by which the classifier takes the weights of the rows, if there are any.
        """
        from sklearn.base import clone

        present = np.reshape(y, (len(y), -1))
        self.constant = present[0].astype(float)
        self.models = {
            int(label): clone(self.model).fit(matrix, present[:, label], **weights)
            for label in np.flatnonzero(varying(present))
        }

    def predict_proba(self, matrix: Any) -> np.ndarray:
        """Return the probability that each label is present, shape (rows, labels)."""
        probabilities = np.tile(self.constant, (matrix.shape[0], 1))
        for label, model in self.models.items():
            probabilities[:, label] = model.predict_proba(matrix)[:, 1]
        return probabilities
