"""Exploration: find every hyperparameter that an architecture may ask for, and those that change nothing."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import keras_tuner
from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.src.engine.conditions import Parent

from suite.architectures.ranges import described, range_of, tried
from suite.errors import RequestError
from suite.seeds import derive_seed

DRAWS = 12
ROUNDS = 8
OWN = "learning_rate"  # the shared hyperparameter that an architecture may give a range of its own, as in Keras Tuner

Values = dict[str, Any]


@dataclass(frozen=True)
class Explored:
    """What an architecture asks for.

    `space`: its hyperparameters except the idle ones, each with the conditions under which it is asked for. `idle`: the
    names of those that never change the network. `notices`: sentences about what is not used.
    """

    space: keras_tuner.HyperParameters
    idle: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class Exploring(keras_tuner.HyperParameters):
    """Hyperparameters that also note each range that is not used, because one of the same name exists already."""

    def __init__(self) -> None:
        super().__init__()
        self.unused: dict[str, HyperParameter] = {}
        self.notices: list[str] = []

    def _retrieve(self, hp: HyperParameter) -> Any:
        for known in self._hps.get(hp.name, ()):
            if range_of(known) != range_of(hp):
                self.unused[hp.name] = hp
        return super()._retrieve(hp)


def note(hp: keras_tuner.HyperParameters, sentence: str) -> None:
    """Let the exploration of an architecture report a sentence; do nothing in other builds."""
    if isinstance(hp, Exploring):
        hp.notices.append(sentence)


def note_all(hp: keras_tuner.HyperParameters, inner: keras_tuner.HyperParameters) -> None:
    """Let the exploration of an architecture also report what an inner one noted."""
    if isinstance(hp, Exploring) and isinstance(inner, Exploring):
        hp.unused |= inner.unused
        hp.notices += inner.notices


@dataclass
class _Sweep:
    """One hyperparameter at several values: (value, names `asked` for then); `complete`: these are all its values."""

    name: str
    complete: bool
    asked: list[tuple[Any, set[str]]] = field(default_factory=list)


def explore(
    build: Callable[[keras_tuner.HyperParameters], Any], sketch: Callable[[Values], Any], shared: Iterable[str]
) -> Explored:
    """Explore an architecture until nothing new appears, as Keras Tuner does.

    `build(hp)` asks for hyperparameters. `sketch(values)` describes the resulting network, for comparison. `shared`:
    the names of hyperparameters whose effect is known. An error in the first build is raised.
    """
    return _Exploration(build, sketch, set(shared)).explored()


class _Exploration:
    def __init__(self, build: Callable[..., Any], sketch: Callable[[Values], Any], shared: set[str]):
        self.build, self.sketch, self.shared = build, sketch, shared
        self.known: dict[tuple[str, str], HyperParameter] = {}
        self.contexts: list[Values] = []
        self.sweeps: list[_Sweep] = []
        self.varied: set[str] = set()
        self.unused: dict[str, HyperParameter] = {}
        self.notices: dict[str, None] = {}
        self.sketches: dict[str, Any] = {}

    def explored(self) -> Explored:
        self._ask({})
        self._vary_all()
        whole = self._confirmed()
        idle = [one.name for one in whole.space if one.name not in self.shared and not self._matters(one)]
        parents = {cond.name for one in whole.space if one.name not in idle for cond in one.conditions}
        idle = [name for name in dict.fromkeys(idle) if name not in parents]
        kept = keras_tuner.HyperParameters()
        kept.merge([self._own(one) for one in whole.space if one.name not in idle])
        return Explored(kept, tuple(idle), (*self.notices, *self._unused()))

    def _own(self, one: HyperParameter) -> HyperParameter:
        """Return the learning rate with the range that the architecture asks for; return any other as it is."""
        return type(own).from_config(own.get_config()) if one.name == OWN and (own := self.unused.get(OWN)) else one

    def _ask(self, values: Values) -> set[str]:
        """Build the network with these values, note what it asks for, and return the names of what is active."""
        hp = Exploring()
        hp.values = dict(values)
        self.build(hp)
        for one in hp.space:
            self.known.setdefault((one.name, repr([cond.get_config() for cond in one.conditions])), one)
        active = {one.name for one in hp.space if hp.is_active(one)}
        context = {name: value for name, value in hp.values.items() if name in active}
        if context not in self.contexts:
            self.contexts.append(context)
        self.unused |= hp.unused
        self.notices |= dict.fromkeys(hp.notices)
        return active

    def _vary_all(self) -> None:
        """Vary each hyperparameter in the first context in which it is active; new ones that appear are varied, too."""
        place = 0
        while place < len(self.contexts):
            context = self.contexts[place]
            place += 1
            for one in [*self.known.values()]:
                if one.name in context and one.name not in self.varied | self.shared:
                    self.varied.add(one.name)
                    self._sweep(one, context)

    def _sweep(self, one: HyperParameter, context: Values) -> None:
        values, complete = tried(one)
        sweep = _Sweep(one.name, complete)
        for value in values:
            try:
                sweep.asked.append((value, self._ask(context | {one.name: value})))
            except RequestError:
                raise
            except Exception:  # some configurations of a user's architecture may fail, as their trials will say
                sweep.complete = False
        self.sweeps.append(sweep)

    def _confirmed(self) -> keras_tuner.HyperParameters:
        """Return the space; draw configurations from it, and drop conditions that prove too narrow."""
        always: set[str] = set()
        space = self._space(always)
        for _ in range(ROUNDS):
            space, count = self._space(always), len(self.known)
            narrow = set()
            for drawn in self._draws(space):
                try:
                    narrow |= self._ask(drawn) - set(drawn)
                except Exception:  # as above
                    continue
            if len(self.known) > count:
                self._vary_all()
            elif narrow - always:
                always |= narrow
            else:
                break
        return space

    def _draws(self, space: keras_tuner.HyperParameters) -> list[Values]:
        """Draw configurations that differ in more than shared hyperparameters; return [] if there is only one."""
        drawn = [_drawn(space, number) for number in range(DRAWS)]
        own = {repr({name: one[name] for name in one if name not in self.shared}): one for one in drawn}
        return [] if len(own) == 1 else list(own.values())

    def _space(self, always: set[str]) -> keras_tuner.HyperParameters:
        space = keras_tuner.HyperParameters()
        for one in self.known.values():
            copy = type(one).from_config(one.get_config())
            if not copy.conditions and copy.name not in always:
                copy.conditions = self._conditions(copy.name)
            space.merge([copy])
        return space

    def _conditions(self, name: str) -> list[Parent]:
        """Return the condition under which a hyperparameter is asked for, if a single other one decides it; else []."""
        found = []
        for sweep in self.sweeps:
            values = [value for value, asked in sweep.asked if name in asked]
            if sweep.name != name and sweep.complete and 0 < len(values) < len(sweep.asked):
                found.append(Parent(sweep.name, values))
        return found[:1]

    def _matters(self, one: HyperParameter) -> bool:
        """Return whether some value changes the network in some context."""
        for context in [context for context in self.contexts if one.name in context]:
            if len({self._sketched(context | {one.name: value}) for value in tried(one)[0]}) > 1:
                return True
        return False

    def _sketched(self, values: Values) -> str:
        key = json.dumps(values, sort_keys=True, default=str)
        if key not in self.sketches:
            try:
                self.sketches[key] = repr(self.sketch(values))
            except Exception as error:  # a value that fails has an effect
                self.sketches[key] = f"{type(error).__name__}: {error}"
        return self.sketches[key]

    def _unused(self) -> list[str]:
        wins, loses = "is used, not that of the others", "is not used, because all architectures share one"
        return [
            f"its own range of {name} ({described(one)}) {wins if name == OWN else loses}: "
            f"search_space={{'{name}': {range_of(one)!r}}} sets it for all of them"
            for name, one in self.unused.items()
            if name in self.shared
        ]


def _drawn(space: keras_tuner.HyperParameters, number: int) -> Values:
    drawn = keras_tuner.HyperParameters()
    for one in space.space:
        drawn.merge([one])
        if drawn.is_active(one):
            drawn.values[one.name] = one.random_sample(derive_seed("exploration", number, one.name))
    return dict(drawn.values)
