"""Tasks: named problems with their data, metrics and baselines."""
