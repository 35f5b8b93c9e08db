"""Remember: work that is done once for the same results, which hold its outcome."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from suite.results.stored import Stored

Of = TypeVar("Of", bound=Stored)
More = ParamSpec("More")
Found = TypeVar("Found")
OnResults = Callable[Concatenate[Of, More], Found]


def remember(most: int | None = None) -> Callable[[OnResults[Of, More, Found]], OnResults[Of, More, Found]]:
    """Cache what the decorated function returns on the results it is given, by its further (hashable) arguments.

    `most`: keep only that many of its latest values. The returned object is shared: do not change it.
    """

    def decorate(function: OnResults[Of, More, Found]) -> OnResults[Of, More, Found]:
        name = f"{function.__module__}.{function.__qualname__}"  # ty: ignore[missing-attribute]  # it is a function

        @wraps(function)
        def remembering(results: Of, *args: More.args, **kwargs: More.kwargs) -> Found:
            known = vars(results).setdefault("remembered", {}).setdefault(name, {})
            key = (args, *sorted(kwargs.items()))
            if key not in known:
                known[key] = function(results, *args, **kwargs)
                if most and len(known) > most:
                    del known[next(iter(known))]
            return known[key]

        return remembering

    return decorate
