"""TF-IDF: linear models of weighted n-grams of tokens (Wang and Manning 2012 show how strong they are on texts)."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import KINDS
from suite.tasks.trained_baselines.matrix_models import Matrix, fit, linear
from suite.tasks.trained_baselines.ngrams import counts, shared
from suite.tasks.trained_baselines.registry import trained_baseline
from suite.tasks.trained_baselines.tuning import best

ORDERS = (2, 3)
STRENGTHS = (1.0, 10.0)  # inverse penalties of logistic regressions; a ridge regression chooses its own


@trained_baseline("tfidf", words="a linear model of TF-IDF n-grams", reads=("tokens",), per_step=False)
def tfidf(task: Declared, data: Data) -> Predictor:
    """Fit logistic or ridge regressions on TF-IDF of n-grams up to order 2 or 3; take the best on validation data.

    An n-gram counts if it occurs in two training examples, and enters as 1 + ln(count) (Salton and Buckley 1988).
    """

    def candidates() -> Iterator[Predictor]:
        for order in ORDERS:
            matrix = _weighted(data, order, data.signature(task).vocabulary or 1)
            for strength in STRENGTHS if KINDS[task.kind].probabilities else (None,):
                yield fit(task, data, linear(task, **({"C": strength} if strength else {})), matrix)

    return best(task, data, candidates())


def _weighted(data: Data, order: int, base: int) -> Matrix:
    """Return the function that computes the TF-IDF of inputs, fitted to the training split."""
    from sklearn.feature_extraction.text import TfidfTransformer

    known = shared(data.train[0], order, base)
    weigh = TfidfTransformer(sublinear_tf=True).fit(counts(data.train[0], known, order, base))

    def matrix(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None) -> Any:
        return weigh.transform(counts(x, known, order, base))

    return matrix
