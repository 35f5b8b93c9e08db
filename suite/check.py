"""Check: look for leaks and other faults in a task from Python, as `suite check` does from the command line."""

from suite.tasks.checks import check

__all__ = ["check"]
