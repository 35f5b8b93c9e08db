"""Compare: what several studies show about the same tasks, where they agree, and where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.report.findings import presented
from suite.report.lead import verdict
from suite.report.rendering import fill
from suite.results.results import Results
from suite.text import listed

LEADS = {PairVerdict.BETTER: 1, PairVerdict.EQUAL: 0, PairVerdict.WORSE: -1}  # verdicts that studies can agree on


@dataclass(frozen=True)
class AcrossStudies:
    """One task in several studies.

    `verdicts`: study -> what it shows. `agree`, `differ`: sentences on the pairs of architectures on which at least two
    studies have a verdict.
    """

    task: str
    title: str
    verdicts: dict[str, str]
    agree: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)


def named(studies: Sequence[Results]) -> dict[str, Results]:
    """Return name -> study; studies with the same name are told apart by the folder that holds them."""
    names = [one.experiment.name or one.store.root.name for one in studies]
    folders = [one.store.root.as_posix() for one in studies]
    every = [folder if names.count(name) > 1 else name for name, folder in zip(names, folders, strict=True)]
    return dict(zip(every, studies, strict=True))


def across_studies(studies: dict[str, Results]) -> list[AcrossStudies]:
    """Return every task of any study, those of the most studies first."""
    tasks = dict.fromkeys(task for results in studies.values() for task in presented(results))
    known = {name: frozenset(results.task_names) for name, results in studies.items()}
    found = [_task(task, {name: one for name, one in studies.items() if task in known[name]}) for task in tasks]
    return sorted(found, key=lambda one: -len(one.verdicts))


def _task(task: str, studies: dict[str, Results]) -> AcrossStudies:
    first = next(iter(studies.values()))
    shown = AcrossStudies(task, first.title(task), {name: verdict(one, task)[1] for name, one in studies.items()})
    architectures = dict.fromkeys(name for one in studies.values() for name in one.architectures)
    for pair in combinations(architectures, 2):
        leads = {name: lead for name, one in studies.items() if (lead := _lead(one, task, *pair)) is not None}
        if len(leads) > 1:
            same = len(set(leads.values())) == 1
            (shown.agree if same else shown.differ).append(_sentence(first, pair, leads))
    return shown


def _lead(results: Results, task: str, first: str, second: str) -> int | None:
    """Return 1, 0 or -1 if the first is better than, equal to or worse than the second; None if that is undecided."""
    found: Comparison | None = compare(results, task).related(first, second)
    return LEADS.get(found.verdict) if found else None


def _sentence(results: Results, pair: tuple[str, str], leads: dict[str, int]) -> str:
    """Return which studies show what about a pair, as in "LSTM beats GRU in a; GRU beats LSTM in b"."""
    a, b = map(results.the, pair)
    words = {1: f"{a} beats {b}", 0: f"{a} and {b} are practically equal", -1: f"{b} beats {a}"}
    shown = {lead: [name for name, own in leads.items() if own == lead] for lead in dict.fromkeys(leads.values())}
    return "; ".join(f"{words[lead]} in {listed(names)}" for lead, names in shown.items())


def lines(found: Sequence[AcrossStudies]) -> list[str]:
    """Return the comparison as lines for a terminal."""
    text = []
    for one in found:
        text.append(one.title)
        text += [f"  {name}: {clause}" for name, clause in one.verdicts.items()]
        text += [f"  agree: {sentence}" for sentence in one.agree]
        text += [f"  differ: {sentence}" for sentence in one.differ]
    return text


def page(studies: dict[str, Results], found: Sequence[AcrossStudies]) -> bytes:
    """Return the comparison as one HTML page."""
    return fill("compare.html", {"sections": (), "studies": list(studies), "tasks": found})
