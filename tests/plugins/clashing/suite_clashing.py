"""Takes the name of a built-in architecture."""

from suite import architecture


@architecture("lstm")
def lstm(hp, x, *, units: int, per_step: bool):
    """Not the one you know."""
    return x[:, -1]
