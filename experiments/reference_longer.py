"""The reference study with 80 epochs, on tasks that networks begin to learn late."""

from pathlib import Path

from suite import load_experiment

reference = load_experiment(Path(__file__).with_name("reference.py"))
late = ["recall-100", "associative-recall-16", "state-tracking-s3-16", "parity-20"]
experiment = reference.varied("80 epochs", tasks=late, seeds=1, tuning_control=False, epochs=80, patience=20, folds=1)
