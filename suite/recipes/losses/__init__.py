"""Built-in losses: of probabilities, and of values. Importing a file registers its losses."""
