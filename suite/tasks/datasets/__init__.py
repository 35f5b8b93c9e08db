"""Data sets: code that downloads, unpacks, caches, splits and scales raw data."""
