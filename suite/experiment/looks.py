"""Looks: the numbers of trials after which a study that stops when it knows looks at its verdicts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from suite.errors import RequestError, check_at_least

# The number of trials needed for any verdict, and for a firm one: see `suite.analysis.contrasts.standing`.
FEWEST_TRIALS, FIRM_TRIALS = 12, 24
FIRM_SINGLE = 48  # the same for the mean of single trials (n = 1)
WIDEST_SEARCH, FIRM_SEARCH = 3, 6  # fewest trials per trial of a search: any verdict, a firm one
MOST_TRIALS = 10_000
DOUBLINGS = 2  # from the first look to the last, unless the user limits the number of trials


def planned(best_of: int, at_most: int | None = None) -> tuple[int, ...]:
    """Return the looks for verdicts on the best of `best_of` trials.

    The first is the smallest number of trials that allows firm verdicts, then twice as many each time. The last look is
    `at_most`, by default four times the first. Raise RequestError if it is below the first.
    """
    first = max(FIRM_TRIALS if best_of > 1 else FIRM_SINGLE, FIRM_SEARCH * best_of)
    last = first * 2**DOUBLINGS if at_most is None else at_most
    check_at_least("at_most_trials", last, first, MOST_TRIALS)
    return capped([first * 2**number for number in range(last.bit_length())], last)


def until_decided(experiment: Any, at_most: int | None = None) -> Any:
    """Return an experiment with planned looks: its own, or those of `planned`, with `at_most` trials as the last."""
    if not experiment.looks:
        return replace(experiment, looks=planned(experiment.resolved_best_of, at_most))
    return experiment if at_most is None else replace(experiment, looks=capped(experiment.looks, at_most))


def capped(looks: Sequence[int], at_most: int) -> tuple[int, ...]:
    """Return the looks with fewer than `at_most` trials, then `at_most`; it must not be below the first look."""
    check_at_least("at_most_trials", at_most, looks[0])
    return (*(look for look in looks if look < at_most), at_most)


def check_looks(looks: Any, best_of: int, independent: bool, given: bool) -> tuple[int, ...]:
    """Return the looks as a tuple.

    Raise RequestError unless they increase and the first is large enough for a verdict.

    `independent`: whether trials are independent draws. `given`: whether some cell has a given configuration.
    """
    if not isinstance(looks, (list, tuple)):
        raise RequestError(f"looks must be a list of numbers of trials, such as (24, 48, 96), not {looks!r}")
    if not looks:
        return ()
    if not independent:
        raise RequestError("looks need independent trials: choose search='random', or leave the looks out")
    if given:
        raise RequestError("looks need trials in every cell: leave out the looks, or the given hyperparameters")
    for look in looks:
        check_at_least("every look", look, 1, MOST_TRIALS)
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise RequestError(f"looks must be increasing numbers of trials, such as (24, 48, 96), not {tuple(looks)}")
    least = max(FEWEST_TRIALS, WIDEST_SEARCH * best_of)
    if looks[0] < least:
        raise RequestError(
            f"{looks[0]} trials allow no verdict on the best of {best_of}: the first look needs at least {least}"
        )
    return tuple(looks)


def check_trials(looks: Sequence[int], trials: int | None) -> None:
    """Raise RequestError if another number of trials is requested of an experiment with planned looks."""
    if looks and trials not in (None, looks[-1]):
        raise RequestError(
            f"trials={trials}, but this experiment has looks after {', '.join(map(str, looks))} trials: change its "
            "looks, or limit them with --until-decided --at-most-trials"
        )
