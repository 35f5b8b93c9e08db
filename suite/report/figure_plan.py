"""Sketches: which figures there are runs for, with captions and what is seen in them in words."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from suite.report import captions, figures
from suite.report.drawing import Sketch, named
from suite.report.figures import Plot
from suite.report.findings import Finding
from suite.results.results import Results
from suite.text import label

MOST_SUBJECTS = 12
MOST_IN_FULL = 40  # tasks; more have a page of their own each, with fewer figures
MOST_DRAWN = 300  # figures on those pages: whole kinds in this order, the first in any case
LIGHT = ("overview", "confusion", "predictions", "missed", "gradients", "calibration", "learning-curves", "examples")


class Kind(NamedTuple):
    """A kind of figure that there are runs for; `words`: (results, task) -> what is seen in it."""

    name: str
    plot: Plot
    words: Callable[[Results, str], str]

    @property
    def title(self) -> str:
        """Its heading."""
        return captions.TITLES[self.name]

    def call(self, task: str) -> str:
        """Python that draws it, of loaded results."""
        return f"results.plot.{self.plot.__name__}({task!r})"


def kinds(results: Results, task: str, finding: Finding, in_full: bool) -> list[Kind]:
    """Which figures of a task its final runs, which are all that `results` hold, can be drawn in."""
    found, scored = [], len(figures.scored(results, task)) > 0
    if figures.drawable(results, task):
        found.append(Kind("examples", figures.examples, captions.examples_in_words))
    if scored:
        name, plot = ("scores", figures.scores) if in_full else ("overview", figures.overview)
        found.append(Kind(name, plot, lambda _, task: f"{task}: {finding.headline}"))
    if len(results.histories(task, "val_").dropna()):
        found.append(Kind("learning-curves", figures.learning_curves, captions.curves_in_words))
    if len(results.gradients(task)):
        found.append(Kind("gradients", figures.gradients, captions.gradients_in_words))
    from suite.analysis.predictions import answered, any_answered

    return found + (_of_answers(results, task) if (answered if in_full else any_answered)(results, task) else [])


def _of_answers(results: Results, task: str) -> list[Kind]:
    if results.task(task).kind == "classification":
        missed = [Kind("missed", figures.missed, captions.missed_in_words)]
        return [
            Kind("confusion", figures.confusions, captions.confusion_in_words),
            Kind("calibration", figures.calibrations, captions.calibration_in_words),
            *(missed if figures.missed_pictures(results, task) else []),
        ]
    return [Kind("predictions", figures.predicted, captions.predicted_in_words)]


def affordable(found: Mapping[str, Sequence[Kind]]) -> set[str]:
    """The kinds that are drawn on pages of their own, by task: as many as there is time for, each for all or none."""
    counts = Counter(kind.name for each in found.values() for kind in each)
    chosen, total = set(), 0
    for name in LIGHT:
        total += counts[name]
        if chosen and total > MOST_DRAWN:
            break
        chosen.add(name)
    return chosen


def of_task(results: Results, task: str, found: Sequence[Kind], png: bool = True) -> list[Sketch]:
    """A sketch for each of these kinds; `results` hold the final runs of the task alone."""
    made = [_sketch(one.name, one.plot, results, [task], [one.words(results, task)], task) for one in found]
    return made if png else [replace(one, png=False) for one in made]


def of_sweep(results: Results, sweep: str, tasks: Sequence[str], png: bool = True) -> Sketch:
    """Scores against length."""
    own = results.only(tasks, "final")
    words = [captions.lengths_in_words(own, sweep)]
    return replace(_sketch("lengths", figures.lengths, own, [sweep], words, sweep), png=png)


def of_search(results: Results, tasks: Sequence[str]) -> list[Sketch]:
    """Trials by hyperparameter, one figure a task that was searched."""
    found = []
    for task in tasks:
        own = results.only([task], "trial")
        if figures.varied(own) and own.runs.query("role == 'trial'")["score"].notna().any():
            words = [captions.hyperparameters_in_words(own, task)]
            found.append(_sketch("hyperparameters", figures.hyperparameters, own, [task], words, task))
    return found


def of_budgets(results: Results, tasks: Sequence[str]) -> list[Sketch]:
    """Expected best score by number of trials, a dozen tasks a figure."""
    from suite.analysis.tuning import expected_best

    curves = expected_best(results)
    known = [task for task in tasks if (curves.loc[curves["task"] == task, "trials"] > 1).any()]
    pages = [known[start : start + MOST_SUBJECTS] for start in range(0, len(known), MOST_SUBJECTS)]
    found = []
    for k, page in enumerate(pages):
        words = [captions.budgets_in_words(curves, task) for task in page]
        own = results.only(page, "trial")
        found.append(_sketch("budgets", figures.expected_best, own, page, words, str(k or "")))
    return found


def of_costs(results: Results, tasks: Sequence[str], in_full: bool) -> list[Sketch]:
    """Score against cost, a dozen tasks a figure; without the tasks one by one unless in full."""
    known = [task for task in tasks if figures.scored(results, task)[["weights", "seconds"]].notna().any(axis=None)]
    if not in_full:
        own = results.only(known, "final")
        words = [captions.overall_costs_in_words(own, known)]
        return [_sketch("overall-costs", figures.overall_costs, own, known, words, "")] if known else []
    pages = [known[start : start + MOST_SUBJECTS] for start in range(0, len(known), MOST_SUBJECTS)]
    return [
        _sketch("costs", figures.costs, own, page, [captions.costs_in_words(own, task) for task in page], str(k or ""))
        for k, page in enumerate(pages)
        for own in [results.only(page, "final")]
    ]


def _sketch(
    kind: str, plot: Plot, results: Results, subjects: Sequence[str], alt: Sequence[str], suffix: str
) -> Sketch:
    title = captions.TITLES[kind]
    said = [label(words, 400) for words in alt]
    name = named(kind, suffix) if suffix else kind
    return Sketch(name, title, captions.caption(kind, results, subjects), said, plot, results, list(subjects))
