"""The reference study with another search seed: how far its verdicts depend on the luck of the search."""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
other = reference.search_seed + 1
experiment = reference.varied(
    "another search seed", tasks=reference.tasks[:10], seeds=1, tuning_control=False, search_seed=other
)
