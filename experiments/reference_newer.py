"""Parallel recurrences, convolutions and attention beside the networks of the reference study.

They are on the tasks that tell them apart: a real one, long memory, recall by content, and state tracking. With
`--reuse results/reference`, only the newer architectures are trained.
"""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
experiment = reference.changed(
    tasks=["digits-sequential", "recall-100", "associative-recall-16", "state-tracking-s3-16"],
    architectures=[*reference.architectures, "min-gru", "tcn", "transformer"],
    description="",
)
