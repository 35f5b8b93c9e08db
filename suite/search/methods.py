"""Methods: the interface of a kind of search, the decorator `@method`, and the registry of all kinds."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from suite.errors import RequestError
from suite.registry import Named, Registry


class Place(NamedTuple):
    """The place of a trial in its search.

    The trial may train for `epochs` epochs. If `rivals` (trial indices) is not empty, the trial takes the configuration
    of the rival with rank `rank` (0 is the best); otherwise it has its own configuration.
    """

    epochs: int
    rivals: range = range(0)
    rank: int = 0


def in_full(index: int, epochs: int) -> Place:
    """Return the place of a trial that trains for all epochs with its own configuration."""
    return Place(epochs)


@dataclass(frozen=True)
class Method(Named):
    """One kind of search.

    `oracle(trials, **options)` returns the Keras Tuner oracle for a search of `trials` trials. `note`: a sentence that
    readers of the results need to know. `place`: where the method is defined. `adaptive`: whether proposals depend on
    earlier scores; they are then computed one at a time, while other methods draw all configurations before training.
    `trial_place(index, epochs)` returns the place of a trial if the longest training has `epochs` epochs; a method that
    is neither adaptive nor has places of its own must draw all trials independently. `package`: a package that the
    search needs; the extra of the same name installs it.
    """

    oracle: Callable[..., Any]
    note: str
    place: str
    adaptive: bool = False
    trial_place: Callable[[int, int], Place] = in_full
    package: str | None = None

    @property
    def independent(self) -> bool:
        """Whether the trials are independent draws with the same budget, each with data of its own.

        Otherwise trial 0 has the default configuration, and all trials share one draw of the data.
        """
        return not self.adaptive and self.trial_place is in_full

    def check_installed(self) -> None:
        """Raise RequestError if the package that the search needs is not installed."""
        if self.package and importlib.util.find_spec(self.package) is None:
            raise RequestError(
                f"search '{self.name}' needs {self.package.capitalize()}, which is not installed: "
                f"pip install 'sequence-suite[{self.package}]', or choose another search"
            )


METHODS: Registry[Method] = Registry("search", "suite.searches", "suite.search.builtin")


def method(
    name: str,
    *,
    note: str,
    adaptive: bool = False,
    trial_place: Callable[[int, int], Place] = in_full,
    package: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function, which returns the oracle of a search, as a kind of search; see `Method`."""
    return METHODS.register(lambda oracle, place: Method(name, oracle, note, place, adaptive, trial_place, package))
