"""Experiment: what is to be run: tasks, architectures, budgets and seeds."""
