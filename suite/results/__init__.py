"""Results: a results folder with its files and tables."""
