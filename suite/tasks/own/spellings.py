"""Spellings: names of classes and groups that differ by spelling alone, such as "Yes" and "yes", or 1 and 1.0.

Nobody but the owner of the data knows whether they mean the same.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from suite.errors import LONGEST_NAME, RequestError
from suite.tasks.sheet import Sheet

CHOICES = ("error", "merge", "exact")
NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?")
INVISIBLE = ("Cf", "Cc")  # categories of Unicode: characters without a shape, such as zero-width spaces


def merged(names: Sequence[str], choice: str, where: str, sheet: Sheet) -> tuple[list[str], Sheet]:
    """Return the names of the classes of all examples, and a sheet that says which ones were merged.

    `choice`: "error" refuses names that differ by spelling alone; "merge" calls them all by their commonest spelling;
    "exact" keeps them apart.
    """
    usual = {} if choice == "exact" else _usual(names)
    if usual and choice == "error":
        merge = "labels='merge' (the commonest names the class) or labels='exact'"
        raise RequestError(f"{where}: the labels {_worded(usual)} differ by spelling alone: say {merge}")
    return _renamed(names, usual), sheet.plus(merged_labels=_said(usual))


def merged_groups(names: Sequence[str], choice: str, where: str, sheet: Sheet) -> tuple[list[str], Sheet]:
    """Return the names of the groups of all examples, and a sheet that says which ones were merged.

    Unless `choice` is "exact", groups that differ by spelling alone are merged, so that they stay in one split; unless
    it is "merge", a notice says so.
    """
    usual = {} if choice == "exact" else _usual(names)
    notice = f"{where}: the groups {_worded(usual)} differ by spelling alone, and stay in one split" if usual else ""
    way_out = ": say labels='merge' if this is right, or labels='exact'"
    settled = choice == "merge" or not usual
    return _renamed(names, usual), sheet.plus("" if settled else notice + way_out, merged_groups=_said(usual))


def _usual(names: Sequence[str]) -> dict[str, str]:
    """Return spelling -> the commonest spelling of the same name, for all names that have several."""
    counts = Counter(names)
    alike: dict[str, list[str]] = {}
    for name, _ in counts.most_common():
        alike.setdefault(_plain(name), []).append(name)
    return {name: own[0] for own in alike.values() if len(own) > 1 for name in own}


def _plain(name: str) -> str:
    """Return what all spellings of a name share: no case, forms of letters, spaces at the ends, or leading zeros."""
    visible = "".join(one for one in name if unicodedata.category(one) not in INVISIBLE or one.isspace())
    plain = " ".join(unicodedata.normalize("NFKC", visible).casefold().split())
    return repr(float(plain.replace(",", "."))) if NUMBER.fullmatch(plain) else unicodedata.normalize("NFKC", plain)


def _renamed(names: Sequence[str], usual: dict[str, str]) -> list[str]:
    return [usual.get(name, name) for name in names]


def _said(usual: dict[str, str]) -> list[str]:
    return [f"{name!r} into {other!r}" for name, other in usual.items() if name != other]


def _worded(usual: dict[str, str]) -> str:
    """Return one pair of names as text, and how many more there are."""
    name, other = next((name, other) for name, other in usual.items() if name != other)
    more = sum(name != other for name, other in usual.items()) - 1
    return f"{_cut(other)} and {_cut(name)}" + (f" (and {more} more)" if more else "")


def _cut(name: str) -> str:
    return f"{name!r}" if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]!r}…"
