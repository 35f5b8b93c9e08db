"""Training: one run on a worker, from its data to its record."""
