"""Built-in architectures, one family per file; importing a file registers them."""
