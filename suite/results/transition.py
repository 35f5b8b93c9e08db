"""Keys: stored objects read like the dictionaries they were, until every reader uses their fields."""

from typing import Any


class Keys:
    """Reads fields by key."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field, or the default where it is null or unknown."""
        value = getattr(self, key, None)
        return default if value is None else value
