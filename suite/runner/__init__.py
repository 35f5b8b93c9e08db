"""Runner: executes the runs of an experiment that have no stored record yet."""
