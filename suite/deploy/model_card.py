"""Card: what has to be known of an exported model: task, data and licence, scores beside baselines, limits."""

from collections.abc import Iterator

from suite.analysis.best import best
from suite.analysis.comparisons import compare
from suite.analysis.flags import handicaps
from suite.deploy.saved_models import Kept, Place
from suite.results.task_info import TaskInfo
from suite.statistics import Estimate
from suite.text import interval, markdown, number, several

USES = {
    "series": "a CSV file of the task's columns, a row a moment, the earliest first, no cell empty",
    "texts": "a CSV file with the task's column of texts",
    "sounds": "a mono wav file of 16 bits at the rate that preparation.json names",
    "arrays": "a .npy file of x, or a .npz file of x and lengths",
}


def card(place: Place, one: Kept, seeds: int) -> str:
    """The model card as Markdown. `seeds`: how many models of its kind were trained, of which this is one."""
    facts = place.results.task(place.task)
    reader = one.reader.kind if one.reader else "arrays"
    sections = {
        "Task": [markdown(facts.description), f"A {facts.kind}, scored by {place.results.scale(place.task)}."],
        "Data and licence": _data(facts),
        "Model": _model(one, seeds),
        "Scores": list(_scores(place, one, facts)),
        "Is it the one to use?": [_advice(place)],
        "Limits": [f"- {limit}" for limit in _limits(place, facts)],
        "Use": [
            f"`python predict.py FILE` needs TensorFlow alone. It reads {USES[reader]}, and writes a CSV.",
            "On a server: `loaded = tensorflow.saved_model.load('saved_model')`, then `loaded.serve(x)`.",
            "What makes x of raw data is in `preparation.json`.",
        ],
    }
    body = [f"## {heading}\n\n" + "\n".join(lines) for heading, lines in sections.items()]
    return "\n\n".join([f"# {place.architecture} for {place.task}", *body]) + "\n"


def _data(facts: TaskInfo) -> list[str]:
    sizes = ", ".join(f"{count} for {split}" for split, count in facts.sizes.items())
    licence = markdown(facts.licence or "not stated")
    return [f"Source: {markdown(facts.source)}. Licence: {licence}. Examples: {sizes}."]


def _model(one: Kept, seeds: int) -> list[str]:
    record = one.record
    settings = ", ".join(f"{name} {value}" for name, value in record.hyperparameters.items())
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    return [
        f"{several(seeds, 'model')} of this configuration, each of another seed; this one ({record.id}) has the "
        f"best validation score. {record.weights} weights, from epoch {record.best_epoch} of {record.epochs}.",
        "",
        f"Configuration: {settings}. Trained with {versions}.",
    ]


def _scores(place: Place, one: Kept, facts: TaskInfo) -> Iterator[str]:
    """A table: all seeds' mean with its interval, this model, and both baselines, on the test data."""
    cells = place.results.cells
    cell = cells[(cells["task"] == place.task) & (cells["architecture"] == place.architecture)].iloc[0]
    metric = facts.metric
    yield f"On the test data, {place.results.scale(place.task)}; intervals of 95 %, over seeds:"
    yield ""
    yield f"| | {metric} |"
    yield "|---|---|"
    yield f"| all seeds | {interval(Estimate(cell['mean'], cell['low'], cell['high'], cell['n']))} |"
    yield f"| this model | {number(one.record.score(metric))} |"
    for key in ("baseline", "trained_baseline"):
        if name := getattr(facts, key):
            kind = "trivial" if key == "baseline" else "trained"
            yield f"| {kind} baseline ({markdown(name)}) | {number(cell[key])} |"
    yield ""
    yield f"Skill, where 0 is the trivial baseline and 1 is perfect: {number(cell['skill'])}."


def _advice(place: Place) -> str:
    found = best(place.results, place.task)
    return f"Of what was compared: {found.verdict}{' (provisional)' if found.provisional else ''}. {found.reason}"


def _limits(place: Place, facts: TaskInfo) -> Iterator[str]:
    yield "It knows data like those of its training split. Whether others are like them, it cannot tell."
    yield "Intervals and the spread of seeds show how training varies, not how far a single answer may be off."
    if not facts.generated:
        yield "The test data are one draw: the intervals do not cover how other test data would have come out."
    if place.architecture not in compare(place.results, place.task).ahead():
        yield f"{place.architecture} is not shown to beat every baseline of the task."
    for handicap in handicaps(place.results, place.task, place.architecture):
        yield f"{handicap}."
