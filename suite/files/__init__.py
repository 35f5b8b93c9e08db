"""Files: write files completely or not at all, and read them with errors that name the file."""
