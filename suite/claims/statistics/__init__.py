"""Statistics of claims, one subject per file; importing a file registers its statistics."""
