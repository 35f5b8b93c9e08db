"""Architectures: named ways to turn a sequence into features, with their hyperparameter spaces."""
