"""Statuses: which outcomes of a run are tried again, and how often."""

RETRIED = ("killed", "timeout", "out-of-memory")


# Outcomes that the spec determines; the others may have been the machine's fault.
DETERMINED = ("ok", "diverged")


ATTEMPTS = 2
