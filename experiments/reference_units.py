"""The reference study with the same widths to search for every architecture instead of equal weights."""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
experiment = reference.varied(
    "equal units", tasks=reference.tasks[:10], seeds=1, tuning_control=False, search_space={"units": [16, 32, 64]}
)
