"""Deploy: saved models on new data and outside the suite, and runs in experiment trackers."""
