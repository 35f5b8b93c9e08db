"""Deploy: uses saved models on new data and outside the suite, and copies runs to experiment trackers."""
