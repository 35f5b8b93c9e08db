"""Seeds: a number for every named random choice, derived by hashing its name."""

import hashlib


def derive_seed(*names: object) -> int:
    """Return a seed from 1 to 2**31 - 1 that depends on the names alone."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2**31 - 1) + 1
