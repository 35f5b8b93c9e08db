"""Overall: the figures across tasks, with what they say in words, or why one is not drawn."""

from dataclasses import dataclass
from pathlib import Path

from suite.analysis import aggregates
from suite.analysis.across_tasks import ALL, Across, across
from suite.report import figures
from suite.report.captions import CAPTIONS, TITLES
from suite.report.drawing import Drawing, Sketch, draw
from suite.results.results import Results
from suite.text import interval, label, listed, number, several


@dataclass(frozen=True)
class Overall:
    """Drawings across tasks, and what is to be said beside them."""

    drawings: list[Drawing]
    notes: list[str]


def overall(results: Results, folder: Path) -> Overall:
    """What all tasks that count say together; a note alone below two of them or two architectures."""
    own = results.only(results.counted, "final")
    found = across(own)
    if len(found.tasks) < 2 or not found.architectures:
        there = several(len(found.tasks), "task")
        return Overall([], [f"There is nothing to aggregate: {there} with scored final runs of every architecture."])
    chosen = [
        ("aggregate", figures.aggregate_skill, _aggregate_in_words),
        ("profiles", figures.profiles, _profiles_in_words),
    ]
    if len(found.architectures) > 1:
        chosen.append(("improvements", figures.improvements, _improvements_in_words))
    if _diagram(found):
        chosen.append(("ranks", figures.ranks, _ranks_in_words))
    sketches = [
        Sketch(kind, TITLES[kind], CAPTIONS[kind], [label(words(found), 900)], plot, own, found.tasks)
        for kind, plot, words in chosen
    ]
    return Overall(draw(sketches, folder), _notes(found))


def _diagram(found: Across) -> bool:
    return len(found.tasks) >= aggregates.FEWEST_TASKS and len(found.architectures) > 2 and _rejected(found)


def _rejected(found: Across) -> bool:
    return aggregates.friedman(found.means) < aggregates.SIGNIFICANT


def _notes(found: Across) -> list[str]:
    named = listed(found.tasks) if len(found.tasks) <= 12 else "all that have scored runs of every architecture"
    said = [
        f"{several(len(found.tasks), 'task')}: {named}. A failed final run counts as the worst "
        "outcome of its task, skill 0 at best."
    ]
    said += [_elsewhere_in_words(found), _winners_in_words(found)]
    if found.left_out:
        said.append(f"Left out, for want of scored runs on some of the tasks: {listed(found.left_out)}.")
    if len(found.architectures) > 2 and len(found.tasks) < aggregates.FEWEST_TASKS:
        said.append(
            f"No critical-difference diagram: it takes at least {aggregates.FEWEST_TASKS} tasks; of "
            f"{len(found.tasks)}, a two-sided signed-rank test gives no p below {number(2 / 2 ** len(found.tasks))}."
        )
    elif len(found.architectures) > 2 and not _rejected(found):
        p = aggregates.friedman(found.means)
        said.append(f"No critical-difference diagram: Friedman's test sees no difference in ranks (p = {number(p)}).")
    return said


def _aggregate_in_words(found: Across) -> str:
    each = [f"{name} {interval(estimate)}" for name, estimate in found.aggregate.items()]
    return f"Interquartile mean of skill with 95 % interval, n tasks: {'; '.join(each)}."


def _elsewhere_in_words(found: Across) -> str:
    each = [f"{name} {interval(estimate)}" for name, estimate in found.aggregate_elsewhere.items()]
    return f"With other tasks in mind, that is with tasks resampled as well as seeds: {'; '.join(each)}."


def _winners_in_words(found: Across) -> str:
    """Whether the highest interquartile mean depends on a single task."""
    winner = found.winners[ALL]
    others = [f"{name} without {task}" for task, name in found.winners.items() if name != winner]
    return f"Highest interquartile mean: {winner}{'; ' + listed(others) if others else ', whichever task is left out'}."


def _profiles_in_words(found: Across) -> str:
    shares = {name: aggregates.profile(runs, [0.5], resamples=2)[0, 0] for name, runs in found.skills.items()}
    each = listed(f"{name} {100 * share:.0f} %" for name, share in shares.items())
    return f"Share of runs above a skill of 0.5, a mean over tasks: {each}."


def _improvements_in_words(found: Across) -> str:
    each = [f"{first} over {second} {interval(chance)}" for first, second, chance in found.improvements[:8]]
    return f"Probability of improvement with 95 % interval, n tasks: {'; '.join(each)}."


def _ranks_in_words(found: Across) -> str:
    mean = aggregates.mean_ranks(found.means)
    each = listed(f"{name} {number(rank)}" for name, rank in zip(found.architectures, mean, strict=True))
    groups = aggregates.cliques(mean, aggregates.signed_ranks(found.means))
    alike = "; ".join(listed(found.architectures[column] for column in group) for group in groups)
    return f"Mean ranks, lower is better: {each}. Not told apart by Wilcoxon's test with Holm: {alike or 'none'}."
