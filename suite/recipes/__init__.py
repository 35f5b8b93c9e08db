"""Recipes: how networks are trained, equal for all architectures of an experiment: loss, optimizer, schedule."""
