"""Naming: architectures and comparisons as sentences call them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from suite.analysis.comparison import Comparison
from suite.analysis.rivals import BASELINES
from suite.report.tables import Named
from suite.results.results import Results
from suite.text import listed

PLAIN_BEGINNINGS = {  # first words of sentences that are not names
    "nothing", "there", "use", "it", "no", "on", "the", "better", "worse", "practically", "undecided", "at", "too",
    "equal", "a", "an", "with",
}  # fmt: skip


def task_cell(results: Results, task: str) -> Named:
    """Return the title of a task as a cell of a table."""
    return Named(results.title(task), task)


def cell(results: Results, name: str) -> Named:
    """Return the title of an architecture as a cell of a table; a name of something else stays as it is."""
    return Named(results.called(name), name)


def cells(results: Results, task: str, name: str) -> list[Named]:
    """Return the first two cells of a row about a task with an architecture."""
    return [task_cell(results, task), cell(results, name)]


def named(results: Results, names: Iterable[str], word: str = "and") -> str:
    """Return "LSTM, GRU and the simple RNN" for the names of architectures; `word` joins the last two."""
    return listed(map(results.the, names), word)


def titled(results: Results, tasks: Sequence[str]) -> str:
    """Return the titles of some tasks as a list."""
    return listed(map(results.title, tasks))


def called(
    results: Results, pairs: Iterable[Comparison], calls: Callable[[str], str] | None = None
) -> list[Comparison]:
    """Return comparisons of architectures that are called as in sentences, or as `calls` does."""
    say = calls or results.the
    return [replace(one, first=say(one.first), second=one.second if one.second in BASELINES else say(one.second))
            for one in pairs]  # fmt: skip


def capital(text: str) -> str:
    """Capitalise the first letter of a sentence unless it begins with the name of an architecture."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first in PLAIN_BEGINNINGS else text
