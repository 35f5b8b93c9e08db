"""Built-in optimizers. Importing a file registers its optimizers."""
