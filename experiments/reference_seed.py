"""The reference study with another search seed: how far its verdicts depend on the luck of the search."""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
experiment = reference.varied("another search seed", tasks=reference.tasks[:10], search_seed=reference.search_seed + 1)
