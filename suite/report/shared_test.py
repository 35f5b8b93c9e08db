"""Shared test: sentences on the test data that all replicates of a task share."""

from suite.analysis.shared_test import SharedTest
from suite.text import several

FEW_CLUSTERS = 5


def in_words(shared: SharedTest) -> list[str]:
    """Say which test data all replicates share, and whether the intervals include how results vary with others."""
    splits = "one test split" if shared.folds == 1 else f"{shared.folds} test splits of the data"
    official = ", the official one" if shared.official else ""
    if not shared.known:
        return [
            f"Tested on {splits}{official}. The intervals do not show how results would vary with other test data: "
            "what every test example contributed is not stored."
        ]
    units = "" if shared.unit == "example" else f" from {several(shared.clusters, shared.unit)}"
    others = "" if shared.folds > 1 else ", but not with another way of splitting the data"
    sentences = [
        f"Tested on {splits}{official}: {several(shared.examples, 'example')}{units}. The intervals include how "
        f"results would vary with other {shared.unit}s like these{others}."
    ]
    if shared.unit != "example" and shared.clusters < FEW_CLUSTERS:
        few = f"only {several(shared.clusters, shared.unit)}" if shared.clusters > 1 else f"a single {shared.unit}"
        sentences.append(f"Little is known about others, because {few} can be compared.")
    return sentences
