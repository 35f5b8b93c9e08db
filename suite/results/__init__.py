"""Results: a results folder, its files and its tables."""
