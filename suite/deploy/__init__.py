"""Export: a kept model made to leave the suite, and all runs for the tools that track experiments."""
