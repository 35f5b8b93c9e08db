"""The commands, one a file: its docstring is its line of help, `add` declares arguments, `execute` does the work."""
