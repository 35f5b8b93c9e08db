"""The kinds of search that come with the suite, one per file."""
