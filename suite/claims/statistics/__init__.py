"""Statistics of claims, one file per subject; importing a file registers its statistics."""
