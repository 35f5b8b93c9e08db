"""Built-in architectures, one family per file. Importing a file registers its architectures."""
