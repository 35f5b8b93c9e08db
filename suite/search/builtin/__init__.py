"""Built-in searches: the kinds of search that the suite provides, one per file."""
