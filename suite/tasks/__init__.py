"""The built-in tasks, one family a file; importing a file registers its tasks."""
