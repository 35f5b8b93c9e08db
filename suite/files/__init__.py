"""Files: read and write files, so that what is there is whole, and what is not is named."""
