"""Outline: what a cell needs of its search space, as plain values."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outline:
    """What a cell needs of its search space, as plain values.

    `default`: the default configuration. `drawn`: independent draws for every trial, the default first; none where
    they are proposed one by one, or not needed. `given`: the whole configuration of a cell that is not searched.
    """

    default: dict[str, Any]
    drawn: list[dict[str, Any]]
    given: dict[str, Any] | None
