"""Figures: which of them there are runs for, drawn, with their files."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from suite import plots
from suite.look import label, render
from suite.report import captions
from suite.report.findings import Finding
from suite.results import Results

MOST_SUBJECTS = 12


@dataclass(frozen=True)
class Drawing:
    """A drawn figure: caption, what is seen in it in words (`alt`), and its files by kind ("svg", "png")."""

    name: str
    title: str
    caption: str
    alt: list[str]
    files: dict[str, bytes]

    @property
    def inline(self) -> str:
        """The SVG for a page that holds others: no prologue, and identifiers of its own."""
        svg = self.files["svg"].decode()
        return re.sub(r'(\bid="|\burl\(#|href="#)', rf"\g<1>{self.name}-", svg[svg.index("<svg") :])


def draw(results: Results, findings: Sequence[Finding]) -> Iterator[Drawing]:
    """Every figure that there are runs for, of the tasks with a finding; many tasks make several figures of a kind."""
    headlines = {finding.task: f"{finding.task}: {finding.headline}" for finding in findings}
    scored, searched = ([task for task in _tasks(results, role) if task in headlines] for role in ("final", "trial"))
    searched = searched if plots.varied(results) else []
    costed = [task for task in scored if plots.scored(results, task)[["weights", "seconds"]].notna().any(axis=None)]
    trained = [task for task in scored if len(results.histories(task, "val_").dropna())]
    sweeps = {results.tasks[task].get("sweep"): None for task in scored if results.tasks[task].get("length")}
    yield from _pages("scores", plots.scores, results, scored, lambda _, task: headlines[task])
    yield from _pages("learning-curves", plots.learning_curves, results, trained, captions.curves_in_words)
    yield from _pages("hyperparameters", plots.hyperparameters, results, searched, captions.hyperparameters_in_words)
    yield from _pages("lengths", plots.lengths, results, list(sweeps), captions.lengths_in_words)
    yield from _pages("costs", plots.costs, results, costed, captions.costs_in_words)


def _tasks(results: Results, role: str) -> list[str]:
    """The tasks that have a score in a role."""
    runs = results.runs
    known = set(runs.loc[(runs["role"] == role) & runs["score"].notna(), "task"])
    return [task for task in results.task_names if task in known]


def _pages(
    kind: str,
    plot: Callable[[Results, Sequence[str]], Figure],
    results: Results,
    subjects: Sequence[str],
    words: Callable[[Results, str], str],
) -> Iterator[Drawing]:
    for start in range(0, len(subjects), MOST_SUBJECTS):
        page = subjects[start : start + MOST_SUBJECTS]
        name = kind if not start else f"{kind}-{start // MOST_SUBJECTS + 1}"
        alt = [label(words(results, subject), 400) for subject in page]
        yield Drawing(
            name, captions.TITLES[kind], captions.caption(kind, results, page), alt, render(plot(results, page))
        )
