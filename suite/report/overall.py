"""Overall: the figures across tasks, with what they say in words, or why one is not drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from suite import overall as across
from suite import plots
from suite.look import label
from suite.plots.across import turned
from suite.report.captions import CAPTIONS, TITLES
from suite.report.figures import Drawing, Sketch, draw
from suite.results import Results
from suite.statistics import Estimate
from suite.wording import interval, listed, number, several

MOST_NAMED = 12
MOST_PAIRED = 60  # tasks; of more, every two architectures are not compared run by run


@dataclass(frozen=True)
class Overall:
    """Drawings across tasks, and what is to be said beside them."""

    drawings: list[Drawing]
    notes: list[str]


def overall(results: Results, folder: Path) -> Overall:
    """What all tasks that count say together; a note alone below two of them."""
    names, tables = across.shared(results)
    if len(tables) < 2:
        there = several(len(tables), "task")
        return Overall([], [f"There is nothing to aggregate: {there} with final runs of every architecture."])
    own = results.only(results.counted, "final")
    words: dict[str, tuple[plots.Plot, Callable[[Results], str]]] = {
        "aggregate": (plots.aggregate_skill, _aggregate_in_words),
        "profiles": (plots.profiles, _profiles_in_words),
    }
    if len(names) > 1 and len(tables) <= MOST_PAIRED:
        words["improvements"] = (plots.improvements, _improvements_in_words)
    if across.ranks(results).drawn:
        words["ranks"] = (plots.ranks, _ranks_in_words)
    sketches = [
        Sketch(kind, TITLES[kind], CAPTIONS[kind], [label(say(results), 900)], plot, own, results.counted)
        for kind, (plot, say) in words.items()
    ]
    return Overall(draw(sketches, folder), _notes(results, list(tables)))


def _notes(results: Results, tasks: list[str]) -> list[str]:
    named = listed(tasks) if len(tasks) <= MOST_NAMED else "all that have final runs of every architecture"
    said = [
        f"{several(len(tasks), 'task')}: {named}. Failed final runs count as the worst outcome, a sweep as one task."
    ]
    if out := across.left_out(results):
        said.append(f"Left out, since some architecture has no run there: {listed(out[:MOST_NAMED])}.")
    found = across.ranks(results)
    said += [f"No ranks: {found.why}."] if found.why else []
    if len(tasks) > MOST_PAIRED:
        said.append("With so many tasks no probability of improvement is shown.")
    stable = across.stability(results)
    winners = list(dict.fromkeys(stable["winner"]))
    if len(winners) > 1:
        said.append(
            f"Who has the highest aggregate depends on the tasks: without one or another it is {listed(winners)}."
        )
    return said


def _aggregate_in_words(results: Results) -> str:
    each = [
        f"{one.architecture} {interval(Estimate(one.iqm, one.low, one.high, one.tasks))}"
        for one in across.aggregate(results).itertuples()
    ]
    return f"Interquartile mean of skill with 95 % interval, n tasks: {'; '.join(each)}."


def _profiles_in_words(results: Results) -> str:
    curves = across.profiles(results)
    half = curves[(curves["threshold"] - 0.5).abs() < 1e-9]
    each = listed(f"{one.architecture} {100 * one.share:.0f} %" for one in half.itertuples())
    return f"Share of runs above a skill of 0.5, a mean over tasks: {each}."


def _improvements_in_words(results: Results) -> str:
    each = [
        f"{one.first} over {one.second} {interval(Estimate(one.probability, one.low, one.high, one.tasks))}"
        for one in turned(across.improvements(results)).head(8).itertuples()
    ]
    return f"Probability of improvement with 95 % interval, n tasks: {'; '.join(each)}."


def _ranks_in_words(results: Results) -> str:
    found = across.ranks(results)
    each = listed(f"{one.architecture} {number(one.rank)}" for one in found.table.itertuples())
    alike = "; ".join(map(listed, found.groups))
    return f"Mean ranks, lower is better: {each}. Not told apart by Wilcoxon's test with Holm: {alike or 'none'}."
