"""Remember: stores the return value of a function on the results, so that it is computed only once."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from suite.results.stored import Stored

Of = TypeVar("Of", bound=Stored)
More = ParamSpec("More")
Found = TypeVar("Found")
OnResults = Callable[Concatenate[Of, More], Found]


def remember(most: int | None = None) -> Callable[[OnResults[Of, More, Found]], OnResults[Of, More, Found]]:
    """Cache the decorated function's return value on the results that are its first argument.

    The other arguments are the key and must be hashable. `most`: how many of the latest values to keep, by default all.
    Callers share the returned object and must not change it.
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
