"""Seeds: derive the seed of each random choice by hashing the choice's name."""

import hashlib


def derive_seed(*names: object) -> int:
    """Return a seed (1 to 2**31 - 1) that depends on the names only."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2**31 - 1) + 1
