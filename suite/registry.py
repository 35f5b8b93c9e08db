"""Registry: store entries that decorators and plugins add, find them by name, and suggest close names."""

import importlib
import importlib.metadata
import pkgutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from types import CodeType
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar
from weakref import WeakSet

from suite.errors import SUITE, RequestError, check_name, closest
from suite.process.places import executed, home_of, is_repeated, is_within, place_of


class Entry(Protocol):
    """An object in a registry. It has a name, the place ("file:line") of its declaration, and names to find it by."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str: ...

    def names(self) -> list[str]: ...

    def find(self, name: str) -> Self | None: ...


@dataclass(frozen=True)
class Named:
    """An entry with a single name."""

    name: str

    def names(self) -> list[str]:
        """Return the names under which this entry is listed."""
        return [self.name]

    def find(self, name: str) -> Self | None:
        """Return this entry if it has this name, or else None."""
        return self if name == self.name else None


E = TypeVar("E", bound=Entry)
F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[E]):
    """All entries of one kind. `noun` names the kind in messages ("task", "architecture").

    To keep importing the suite cheap, the first look-up imports the built-in entries (the module or package `built_in`,
    which defaults to `group`) and the plugins (the entry points of `group`). A plugin that fails to import adds no
    entries; `broken` maps its name to its error. `origins` maps the place of a plugin's entry to its distribution.
    """

    _all: ClassVar["WeakSet[Registry[Any]]"] = WeakSet()

    def __init__(self, noun: str, group: str, built_in: str | None = None):
        self.noun = noun
        self.group = group
        self.built_in = built_in or group
        self.broken: dict[str, str] = {}
        self.origins: dict[str, str] = {}
        self._entries: dict[str, E] = {}
        self._declared: dict[str, CodeType | None] = {}
        self._built_in = self._loaded = False
        self._all.add(self)

    def add(self, entry: E) -> None:
        """Add an entry. Raise RequestError, naming both places, if its name is taken.

        An entry replaces one that an earlier execution of the same file declared, so that modules can be reloaded, or
        one that a cell declared if a cell of a notebook declares it again. A line on standard error says so if its
        function has another name, since two tasks may have been meant.
        Before an entry from outside the suite is added, the built-in entries are imported, so that a built-in entry is
        never the one refused. A built-in entry does not import the others, because two registries may share a package.
        """
        if not is_within(entry.place, SUITE):
            self._load_built_ins()
        declared = executed()
        for other in list(self._entries.values()):
            both = [name for name in entry.names() if other.find(name)] or [n for n in other.names() if entry.find(n)]
            if both and is_repeated(declared, self._declared.get(other.name)):
                self._replace(other, entry)
            elif both:
                raise RequestError(
                    f"{self.noun} '{both[0]}' is registered twice: {other.place} and {entry.place}; rename one"
                )
        self._entries[entry.name] = entry
        self._declared[entry.name] = declared

    def register(self, make: Callable[[F, str], E]) -> Callable[[F], F]:
        """Return a decorator that adds the entry `make(function, place)`, if its name can name a folder."""

        def decorate(function: F) -> F:
            entry = make(function, place_of(function))
            check_name(self.noun, entry.name, entry.place)
            self.add(entry)
            return function

        return decorate

    def _replace(self, old: E, new: E) -> None:
        del self._entries[old.name]
        if old.place in self.origins:
            self.origins[new.place] = self.origins[old.place]
        before, now = called(old), called(new)
        if before != now:  # a cell that runs again, changed or not, has a function of the same name as a rule
            print(f"suite: {self.noun} '{new.name}' is {now}() from now on, no longer {before}()", file=sys.stderr)

    def get(self, name: str) -> E:
        """Return the entry with this name.

        If there is none, raise RequestError, with the closest name and the broken plugins.
        """
        self.load()
        entry = self._find(name)
        if entry is None:
            broken = "".join(f"; plugin {plugin} failed to import: {why:.80}" for plugin, why in self.broken.items())
            hint = closest(name, self.names())
            if broken and "did you mean" not in hint:  # the plugin is the likelier reason, and a message is short
                hint = f"`suite list` names {len(self.names())} others"
            raise RequestError(f"unknown {self.noun} '{name}': {hint}{broken}")
        return entry

    def __contains__(self, name: str) -> bool:
        """Return whether an entry has this name."""
        self.load()
        return self._find(name) is not None

    def _find(self, name: str) -> E | None:
        own = self._entries.get(name)  # None for the length of a sweep, which only the sweep's entry finds
        if own and (entry := own.find(name)):
            return entry
        found = (entry.find(name) for entry in self._entries.values())
        return next((entry for entry in found if entry), None)

    def names(self) -> list[str]:
        """Return all registered names in the order of declaration. A sweep of lengths has one name per length."""
        self.load()
        return [name for entry in self._entries.values() for name in entry.names()]

    def entries(self) -> list[E]:
        """Return the entry of each name, in the order of `names`."""
        self.load()
        found = (entry.find(name) for entry in self._entries.values() for name in entry.names())
        return [entry for entry in found if entry]

    def load(self) -> None:
        """Import the built-in entries and the plugins, unless this has been done before."""
        self._load_built_ins()
        if self._loaded:
            return
        self._loaded = True
        for point in importlib.metadata.entry_points(group=self.group):
            self._load_plugin(point)

    def _load_built_ins(self) -> None:
        if self._built_in:
            return
        self._built_in = True
        home = importlib.import_module(self.built_in)
        for module in pkgutil.iter_modules(getattr(home, "__path__", ()), prefix=f"{self.built_in}."):
            importlib.import_module(module.name)

    def _load_plugin(self, point: importlib.metadata.EntryPoint) -> None:
        # one module may add entries to several registries, so all are restored if its import fails
        before = [(registry, dict(registry._entries)) for registry in self._all]
        try:
            point.load()
        except (Exception, SystemExit) as error:  # a plugin may raise anything; the error is stored and shown
            for registry, entries in before:
                registry._entries = entries | registry._from_suite()
            self.broken[plugin_name(point)] = f"{type(error).__name__}: {error}"
            return
        if point.dist:
            home = home_of(point.module)
            places = [entry.place for entry in self._entries.values() if is_within(entry.place, home)]
            self.origins |= dict.fromkeys(places, point.dist.name)

    def _from_suite(self) -> dict[str, E]:
        """Return the built-in entries, some of which the import of a plugin may have imported first."""
        return {name: entry for name, entry in self._entries.items() if is_within(entry.place, SUITE)}

    def origin(self, entry: E) -> str:
        """Return the origin of an entry: "suite", a plugin's distribution, or the place of its declaration."""
        return "suite" if is_within(entry.place, SUITE) else self.origins.get(entry.place, entry.place)

    def own(self) -> list[E]:
        """Return the entries that neither the suite nor a plugin declares: those of experiment files and notebooks."""
        self.load()
        return [entry for entry in self._entries.values() if self.origin(entry) == entry.place]

    def adopt(self, entries: Iterable[E]) -> None:
        """Replace the own entries by those of another process."""
        dropped = {entry.name for entry in self.own()}
        kept = {name: entry for name, entry in self._entries.items() if name not in dropped}
        self._entries = kept | {entry.name: entry for entry in entries}

    def forget(self, file: str) -> None:
        """Remove the entries declared in a file, before that file is imported again."""
        self._entries = {name: entry for name, entry in self._entries.items() if not entry.place.startswith(f"{file}:")}


def plugin_name(point: importlib.metadata.EntryPoint) -> str:
    """Return the name of a plugin for messages: its distribution and entry point."""
    return f"{point.dist.name} ({point.value})" if point.dist else point.value


def called(entry: Any) -> str:
    """Return the name of an entry's function; "" if it has none."""
    return getattr(getattr(entry, "function", None), "__qualname__", "")


def look_up(name: str, *registries: Registry[Any]) -> Any:
    """Return the entry with this name from one of the registries.

    Raise RequestError, with the closest name in any registry, if none has it.
    """
    owners = {known: registry for registry in registries for known in registry.names()}
    near = get_close_matches(name, owners, n=1, cutoff=0.5)
    return (owners[near[0]] if near else registries[0]).get(name)
