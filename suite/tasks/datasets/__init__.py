"""Data sets: downloading, unpacking, caching, cutting and scaling of raw data."""
