"""The built-in tasks, one family per file; importing a file registers its tasks."""
