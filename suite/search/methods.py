"""Methods: the contract of a kind of search, `@method` that registers one, and the registry."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from suite.errors import RequestError
from suite.registry import Registry, check_name, place_of


class Place(NamedTuple):
    """The place of a trial in its search.

    It may train for `epochs`. With `rivals` it continues the configuration of the one that is ranked `rank`, counted
    from 0; without rivals it has its own configuration.
    """

    epochs: int
    rivals: range = range(0)
    rank: int = 0


def in_full(index: int, epochs: int) -> Place:
    """Train every trial in full, each with its own configuration."""
    return Place(epochs)


@dataclass(frozen=True)
class Method:
    """One kind of search.

    `oracle(trials, **options)` makes the Keras Tuner oracle of a search of that many trials. `note`: what a reader of
    the results has to know. `adaptive`: its proposals depend on earlier scores, so they are made one at a time; those
    of other methods are drawn before any training. `trial_place(index, epochs)`: the place of a trial where the longest
    training is `epochs`. `package`: one that it needs and that the extra of the same name installs.
    """

    name: str
    oracle: Callable[..., Any]
    note: str
    place: str
    adaptive: bool = False
    trial_place: Callable[[int, int], Place] = in_full
    package: str | None = None

    @property
    def independent(self) -> bool:
        """Whether the trials are independent draws with one budget."""
        return not self.adaptive and self.trial_place is in_full

    def check_installed(self) -> None:
        """Raise RequestError when a package that the search needs is not installed."""
        if self.package and importlib.util.find_spec(self.package) is None:
            raise RequestError(
                f"search '{self.name}' needs {self.package.capitalize()}, which is not installed: "
                f"pip install 'sequence-suite[{self.package}]', or choose another search"
            )

    def names(self) -> list[str]:
        """The names this entry is listed under."""
        return [self.name]

    def find(self, name: str) -> Self | None:
        """Return this method if `name` is its name."""
        return self if name == self.name else None


METHODS: Registry[Method] = Registry("search", "suite.searches", "suite.search.builtin")


def method(
    name: str,
    *,
    note: str,
    adaptive: bool = False,
    trial_place: Callable[[int, int], Place] = in_full,
    package: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function, which makes the oracle of a search, as a kind of search; see `Method`."""

    def register(oracle: Callable[..., Any]) -> Callable[..., Any]:
        check_name("search", name, place_of(oracle))
        METHODS.add(Method(name, oracle, note, place_of(oracle), adaptive, trial_place, package))
        return oracle

    return register
