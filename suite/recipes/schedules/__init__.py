"""Built-in schedules. Importing a file registers its schedules."""
