"""Sketches: which figures there are runs for, with captions and what is seen in them in words."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from suite import plots
from suite.look import label
from suite.plots import Plot
from suite.report import captions
from suite.report.figures import Sketch, named
from suite.report.findings import Finding
from suite.results import Results

MOST_SUBJECTS = 12
MOST_IN_FULL = 40  # tasks; of more, each has one light figure


def of_task(results: Results, task: str, finding: Finding, in_full: bool) -> list[Sketch]:
    """The figures of one task's section."""
    own = results.only([task], "final")
    if not in_full:
        words = [f"{task}: {finding.headline}"]
        light = [_sketch("overview", plots.overview, own, [task], words, task)] if len(plots.scored(own, task)) else []
        return [replace(one, png=False) for one in light]
    kinds: list[tuple[str, Plot, Callable[[Results, str], str]]] = []
    if plots.drawable(own, task):
        kinds.append(("examples", plots.examples, captions.examples_in_words))
    if len(plots.scored(own, task)):
        kinds.append(("scores", plots.scores, lambda _, task: f"{task}: {finding.headline}"))
    if len(own.histories(task, "val_").dropna()):
        kinds.append(("learning-curves", plots.learning_curves, captions.curves_in_words))
    if len(own.gradients(task)):
        kinds.append(("gradients", plots.gradients, captions.gradients_in_words))
    kinds += _of_answers(own, task)
    return [_sketch(kind, plot, own, [task], [words(own, task)], task) for kind, plot, words in kinds]


def _of_answers(results: Results, task: str) -> list[tuple[str, Plot, Callable[[Results, str], str]]]:
    from suite.answers import answered

    runs = answered(results, task)
    if not runs:
        return []
    if results.tasks[task].get("kind") == "classification":
        return [
            ("confusion", plots.confusions, captions.confusion_in_words),
            ("calibration", plots.calibrations, captions.calibration_in_words),
        ]
    return [("predictions", plots.predicted, captions.predicted_in_words)]


def of_sweep(results: Results, sweep: str, tasks: Sequence[str]) -> Sketch:
    """Scores against length."""
    own = results.only(tasks, "final")
    return _sketch("lengths", plots.lengths, own, [sweep], [captions.lengths_in_words(own, sweep)], sweep)


def of_search(results: Results, tasks: Sequence[str]) -> list[Sketch]:
    """Trials by hyperparameter, one figure a task that was searched."""
    found = []
    for task in tasks:
        own = results.only([task], "trial")
        if plots.varied(own) and own.runs.query("role == 'trial'")["score"].notna().any():
            words = [captions.hyperparameters_in_words(own, task)]
            found.append(_sketch("hyperparameters", plots.hyperparameters, own, [task], words, task))
    return found


def of_budgets(results: Results, tasks: Sequence[str]) -> list[Sketch]:
    """Expected best score by number of trials, a dozen tasks a figure."""
    from suite.tuning import expected_best

    curves = expected_best(results)
    known = [task for task in tasks if (curves.loc[curves["task"] == task, "trials"] > 1).any()]
    pages = [known[start : start + MOST_SUBJECTS] for start in range(0, len(known), MOST_SUBJECTS)]
    found = []
    for k, page in enumerate(pages):
        words = [captions.budgets_in_words(curves, task) for task in page]
        own = results.only(page, "trial")
        found.append(_sketch("budgets", plots.expected_best, own, page, words, str(k or "")))
    return found


def of_costs(results: Results, tasks: Sequence[str], in_full: bool) -> list[Sketch]:
    """Score against cost, a dozen tasks a figure; without the tasks one by one unless in full."""
    known = [task for task in tasks if plots.scored(results, task)[["weights", "seconds"]].notna().any(axis=None)]
    if not in_full:
        own = results.only(known, "final")
        words = [captions.overall_costs_in_words(own, known)]
        return [_sketch("overall-costs", plots.overall_costs, own, known, words, "")] if known else []
    pages = [known[start : start + MOST_SUBJECTS] for start in range(0, len(known), MOST_SUBJECTS)]
    return [
        _sketch("costs", plots.costs, own, page, [captions.costs_in_words(own, task) for task in page], str(k or ""))
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
