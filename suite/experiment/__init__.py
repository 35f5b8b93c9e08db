"""Experiment: declares what to run: tasks, architectures, budgets and seeds."""
