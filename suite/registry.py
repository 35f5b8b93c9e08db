"""Registry: entries added by decorators, looked up by name, suggested when misspelt, extended by plugins."""

import importlib
import importlib.metadata
import pkgutil
import re
from typing import Generic, Protocol, Self, TypeVar

from suite.errors import RequestError, closest

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Entry(Protocol):
    """What a registry holds: something with a name, the place it was declared at, and the names it answers to."""

    name: str
    place: str

    def names(self) -> list[str]: ...

    def find(self, name: str) -> Self | None: ...


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """The entries of one noun ("task", "architecture").

    Built-ins (the modules of `package`) and plugins (entry points of the group `package`) are imported at the
    first look-up, so that importing the suite stays cheap. A plugin that fails on import is kept in `broken`.
    """

    def __init__(self, noun: str, package: str):
        self.noun = noun
        self.package = package
        self.broken: dict[str, str] = {}
        self._entries: dict[str, E] = {}
        self._loaded = False

    def add(self, entry: E) -> None:
        """Adds an entry; a name in use is an error that names both places."""
        for other in self._entries.values():
            both = [name for name in entry.names() if other.find(name)] or [n for n in other.names() if entry.find(n)]
            if both:
                raise RequestError(
                    f"{self.noun} '{both[0]}' is registered twice: {other.place} and {entry.place}; rename one"
                )
        self._entries[entry.name] = entry

    def get(self, name: str) -> E:
        """The entry called `name`; raises RequestError with the closest name and the broken plugins."""
        self.load()
        found = (entry.find(name) for entry in self._entries.values())
        entry = next((entry for entry in found if entry), None)
        if entry is None:
            broken = "".join(f"; plugin {plugin} did not import: {why}" for plugin, why in self.broken.items())
            raise RequestError(f"unknown {self.noun} '{name}': {closest(name, self.names())}{broken}")
        return entry

    def names(self) -> list[str]:
        """Every registered name, in the order of declaration, the lengths of a sweep one by one."""
        self.load()
        return [name for entry in self._entries.values() for name in entry.names()]

    def load(self) -> None:
        """Imports the built-ins and the plugins, once."""
        if self._loaded:
            return
        self._loaded = True
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__, prefix=f"{self.package}."):
            importlib.import_module(module.name)
        for point in importlib.metadata.entry_points(group=self.package):
            self._load_plugin(point)

    def _load_plugin(self, point: importlib.metadata.EntryPoint) -> None:
        before = dict(self._entries)
        try:
            point.load()
        except Exception as error:  # a stranger's module may raise anything; it is kept and shown
            self._entries = before
            self.broken[point.value] = f"{type(error).__name__}: {error}"

    def forget(self, file: str) -> None:
        """Drops the entries declared in a file, before that file is imported again."""
        self._entries = {name: entry for name, entry in self._entries.items() if not entry.place.startswith(f"{file}:")}


def check_name(noun: str, name: str, place: str) -> None:
    """Names become folder names: letters, digits, dot, dash and underscore only."""
    if not SAFE_NAME.fullmatch(name):
        raise RequestError(
            f"{noun} name {name!r} ({place}): use letters, digits, '-', '_' and '.', beginning with a letter or digit"
        )


def place_of(function) -> str:
    """File and line of a function, for messages."""
    code = function.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"
