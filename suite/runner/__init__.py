"""Runner: drives an experiment from what is stored to what is missing."""
