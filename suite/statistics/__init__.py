"""Statistics: compute numbers from one or two samples. Pure functions; NaN marks a missing value and is left out."""

from suite.statistics.effect_sizes import expected_best, improvement, shared_variance, standardized_effect
from suite.statistics.estimates import (
    FEWEST_TO_RESAMPLE,
    MARGIN,
    RESAMPLES,
    Estimate,
    bootstrap,
    bootstrap_t,
    contrast,
    interquartile_mean,
    interquartile_means,
    newcombe,
    paired_difference,
    present,
    student_t,
    wilson,
)
from suite.statistics.p_values import holm, least_p, sign_flip

__all__ = [
    "FEWEST_TO_RESAMPLE", "MARGIN", "RESAMPLES", "Estimate", "bootstrap", "bootstrap_t", "contrast", "expected_best",
    "holm", "improvement", "interquartile_mean", "interquartile_means", "least_p", "newcombe", "paired_difference",
    "present", "shared_variance", "sign_flip", "standardized_effect", "student_t", "wilson",
]  # fmt: skip
