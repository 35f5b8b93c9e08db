"""The built-in architectures, one family a file."""
