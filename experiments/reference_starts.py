"""The reference study with the usual starts only: gate biases of 0 or 1, never chrono, and orthogonal weights."""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
starts = {"gate_bias": ["0", "1"], "recurrent_start": ["orthogonal"]}
experiment = reference.varied(
    "usual starts", tasks=reference.tasks[:10], seeds=1, tuning_control=False, search_space=starts
)
