"""Analysis: compute numbers and decisions from plain data frames."""
