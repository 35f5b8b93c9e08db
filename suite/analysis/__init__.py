"""Analysis: numbers and decisions from plain frames."""
