"""Tuning: what the search chose in every cell, which hyperparameters mattered, and how much tuning gained."""

from typing import Any

import pandas as pd

from suite.analysis import tuning
from suite.analysis.tuning import crossings, expected_best, importance
from suite.errors import names_of
from suite.report.expected_scores import basis_in_short
from suite.report.findings import of_presented, presented
from suite.report.naming import cells, titled
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.ranking import ranked
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, listed, number, several, whole

MOST_CROSSINGS = 6


@section("search", "Search")
def search(page: Page) -> Content:
    """Return the figures on the search, where the curves of expected best cross, and why importances are withheld."""
    results = page.results
    beside = [*proposed(results), *withheld(results)]
    return {"figures": page.figures("search"), "crossed": crossed(results), "withheld": beside}


def configurations(results: Results) -> Table:
    """Return one row per cell and test split with its best trial and the hyperparameters of its final runs."""
    names = [name for name in results.evidence if name.startswith("hp.")]
    rows = [
        _row(results, task, architecture, names, finals)
        for task in presented(results)
        for architecture in results.architectures
        for _, finals in results.finals_of(task, architecture).groupby("fold")
    ]
    beside = ("Task", "Architecture", "Test split", "Best trial", "Validation score")
    caption = "The configurations that the search chose and the final runs used, one for each test split"
    return Table("configurations", caption, (*beside, *(name.removeprefix("hp.") for name in names)), rows)


def _row(results: Results, task: str, architecture: str, names: list[str], finals: pd.DataFrame) -> list[str]:
    runs, fold = results.trials_of(task, architecture), int(finals["fold"].iloc[0])
    own = set(runs.loc[runs["fold"] == fold, "index"])
    succeeded = results.successes(task, architecture, "trial").items()
    trials = ranked([record for index, record in succeeded if index in own], results.headline(task))
    best = ["—", "—"]
    if trials:
        best = [f"{trials[0].index}, best of {len(trials)}", number(trials[0].score(results.headline(task).name))]
    folds = max(results.task(task).folds, 1)
    split = f"{fold + 1} of {folds}" if folds > 1 else "—"
    return [*cells(results, task, architecture), split, *best, *(_value(finals.iloc[-1].get(name)) for name in names)]


def _value(value: object) -> str:
    if isinstance(value, float):
        if pd.isna(value):
            return ""
        return whole(value) if value.is_integer() else number(value)
    return "" if value is None else str(value)


def importances(results: Results) -> Table:
    """Return one row per cell and hyperparameter (or pair of them) with a known share, largest share first."""
    found = of_presented(results, importance(results)).dropna(subset="share").sort_values("share", ascending=False)
    rows = [
        [
            *cells(results, one["task"], one["architecture"]), one["name"], str(one["searched"]), _share(one),
            number(one["fit"], 0.02), str(one["n"]),
        ]
        for one in found.to_dict("records")
    ]  # fmt: skip
    caption = "Share of the spread of validation scores that a hyperparameter explains over the values searched"
    columns = (
        "Task", "Architecture", "Hyperparameter", "Searched", "Share (95 % interval)", "Fit of the forest (R2)",
        "Trials",
    )  # fmt: skip
    return Table("importance", caption, columns, rows)


def _share(one: dict[Any, Any]) -> str:
    return interval(Estimate(one["share"], one["low"], one["high"], one["n"])).partition(", n=")[0] + ")"


def proposed(results: Results) -> list[str]:
    """Say how many trials the model of an adaptive search proposed; [] if no record says where a trial is from."""
    sources = [(record.proposal, record.cell) for record in results.records if record.proposal]
    if not sources:
        return []
    made = {cell: [source for source, own in sources if own == cell] for _, cell in sources}
    without = [
        f"{results.title(task)} with {results.the(name)}" for (task, name), own in made.items() if "model" not in own
    ]
    count = sum(source == "model" for source, _ in sources)
    said = f"{count} of {several(len(sources), 'trial')} were proposed by the model of the search"
    others = "the others are the default configuration and random draws"
    return [
        f"{said}; {others}.",
        *([f"The model proposed no trial of {names_of(without)}."] if without and count else []),
    ]


def withheld(results: Results) -> list[str]:
    """Explain why the importances of some cells are withheld; return one sentence per reason."""
    found = of_presented(results, importance(results))
    cells = found[found["note"] != ""].drop_duplicates(["task", "architecture"])["note"].value_counts(sort=False)
    return [f"Importance is withheld for {several(count, 'cell')}: {note}." for note, count in sorted(cells.items())]


def crossed(results: Results) -> list[str]:
    """Say for each task where the curves of expected best score cross; name the tasks without a crossing together."""
    searched = expected_best(results).groupby("task")["architecture"].nunique()
    known = [task for task in presented(results) if searched.get(task, 0) > 1]
    found = crossings(results)
    crossing = set(found["task"])
    sentences = [_crossing(results, task, found[found["task"] == task]) for task in known if task in crossing]
    calm = [task for task in known if task not in crossing]
    if calm:
        where = f"all {len(calm)} tasks" if len(calm) > 12 else titled(results, calm)
        sentences.append(
            f"The curves of expected best never cross on {where}: their order is the same at all these budgets."
        )
    return sentences


def _crossing(results: Results, task: str, found: pd.DataFrame) -> str:
    each = []
    for by, unit in (("trials", "trials"), ("seconds", "seconds of training")):
        own = found[found["by"] == by].to_dict("records")
        passes = [
            f"{results.the(one['second'])} passes {results.the(one['first'])} at {number(one['at'])}" for one in own
        ]
        more = (
            f", then {several(len(passes) - MOST_CROSSINGS, 'more crossing')}" if len(passes) > MOST_CROSSINGS else ""
        )
        each.append(f"by {unit}, {listed(passes[:MOST_CROSSINGS]) or 'no curves cross'}{more}")
    return (
        f"On {results.title(task)}, the order of the curves depends on the budget: {'; '.join(each)}. Only the "
        "verdicts say what is shown."
    )


def gains(results: Results) -> Table:
    """Return two rows per searched cell: what the best of n trials gains over one trial and over the default."""
    found = of_presented(results, tuning.gains(results)).to_dict("records")
    rows = [
        [
            *cells(results, one["task"], one["architecture"]),
            basis_in_short(results, one["task"]), one["over"],
            interval(Estimate(one["gain"], one["low"], one["high"], one["n"])),
        ]
        for one in found
    ]  # fmt: skip
    caption = (
        "What tuning gains: expected test skill of the best of n trials minus that of one trial, and minus that of the "
        "default configuration, with 95 % intervals"
    )
    columns = ("Task", "Architecture", "What", "Over", "Gain in skill (higher is better)")
    return Table("gains", caption, columns, rows)
