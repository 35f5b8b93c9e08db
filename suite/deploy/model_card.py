"""Model card: tells users of an exported model its task, data, licence, scores, baselines and limits."""

from collections.abc import Iterator

from suite.analysis.best import best
from suite.analysis.comparisons import compare
from suite.analysis.flags import handicaps
from suite.analysis.rivals import BASELINES, opponent
from suite.analysis.shared_test import shared_test
from suite.deploy.saved_models import SavedModel, Target
from suite.recipes.recipe import Recipe
from suite.results.task_info import TaskInfo
from suite.statistics import Estimate
from suite.tasks.kinds import KINDS, MULTI_LABEL
from suite.text import interval, markdown, number, several

USES = {
    "series": "a CSV file with the task's columns, one row per moment, earliest first, without empty cells",
    "texts": "a CSV file with the task's column of texts",
    "sounds": "a wav file at the rate in preparation.json, with scipy at any rate; with soundfile, FLAC, OGG and MP3",
    "arrays": "a .npy file of x, or a .npz file of x and lengths",
}


def card(target: Target, one: SavedModel, seeds: int) -> str:
    """Return the model card as Markdown; `seeds` is the number of models that were trained."""
    facts = target.results.task(target.task)
    reader = one.reader.kind if one.reader else "arrays"
    noun = KINDS[facts.kind].noun if facts.kind in KINDS else facts.kind
    sections = {
        "Task": [markdown(facts.description), markdown(f"A {noun}, scored by {target.results.scale(target.task)}.")],
        "Data and licence": _data(facts),
        "Model": _model(target, one, seeds, facts),
        "Scores": list(_scores(target, one, facts)),
        "Should you use it?": [_advice(target)],
        "Limits": [f"- {limit}" for limit in _limits(target, one, facts)],
        "Use": [
            f"`python predict.py FILE` needs only TensorFlow. It reads {USES[reader]}, and writes a CSV.",
            *_columns(one),
            *["A label is predicted if its probability is at least 0.5."] * (facts.kind == MULTI_LABEL),
            "On a server: `loaded = tensorflow.saved_model.load('saved_model')`, then `loaded.serve(x)`.",
            "`preparation.json` has everything needed to compute x from raw data.",
            *_padding(facts),
        ],
    }
    body = [f"## {heading}\n\n" + "\n".join(lines) for heading, lines in sections.items()]
    return "\n\n".join([f"# {target.architecture} for {target.task}", *body]) + "\n"


def _columns(one: SavedModel) -> list[str]:
    """Return what the columns of predictions are, for a model that predicts quantiles."""
    if not one.levels:
        return []
    return [f"It predicts the quantiles at {', '.join(f'{level:g}' for level in one.levels)}; 0.5 is the median."]


def _padding(facts: TaskInfo) -> list[str]:
    """Return what padded steps of x must hold, for a model whose sequences differ in length."""
    if not facts.signature.get("masked"):
        return []
    from suite.architectures.masking import PADDING  # imports Keras, which exports need anyway

    value = "token 0" if facts.signature.get("vocabulary") else f"{PADDING:g} in every feature"
    return [f"A sequence that is shorter than the model's input is padded: each further step of x must be {value}."]


def _data(facts: TaskInfo) -> list[str]:
    sizes = ", ".join(f"{count} for {split}" for split, count in facts.sizes.items())
    licence = markdown(facts.licence or "not stated")
    return [f"Source: {markdown(facts.source)}. Licence: {licence}. Examples: {markdown(sizes)}."]


def _model(target: Target, one: SavedModel, seeds: int, facts: TaskInfo) -> list[str]:
    record = one.record
    searched = target.results.experiment.search_space
    trained = Recipe.stored(record.spec).chosen(searched, record.hyperparameters)
    settings = ", ".join(f"{name} {value}" for name, value in record.hyperparameters.items())
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    made = f"{several(seeds, 'model')} of this configuration, each with its own seed"
    if facts.folds > 1:
        made = (
            f"{several(seeds, 'model')} on {facts.folds} test splits, each of the configuration found for its own split"
        )
    training = trained.described(f"{facts.kind}")
    return [
        f"{made}; this one ({record.id}) has the best validation score. {record.weights} weights, from epoch "
        f"{record.best_epoch} of {record.epochs}.",
        "",
        f"Configuration: {markdown(settings)}. Training: {markdown(training)}. Trained with {markdown(versions)}.",
    ]


def _scores(target: Target, one: SavedModel, facts: TaskInfo) -> Iterator[str]:
    """Yield a table of test scores: the mean over seeds with its interval, this model, and both baselines."""
    cells = target.results.cells
    cell = cells[(cells["task"] == target.task) & (cells["architecture"] == target.architecture)].iloc[0]
    metric = facts.metric
    over = "test splits and seeds" if facts.folds > 1 else "seeds of this configuration"
    yield f"On the test data, {markdown(target.results.scale(target.task))}; the interval is over {over}:"
    yield ""
    yield f"| | {markdown(metric)} |"
    yield "|---|---|"
    yield f"| all seeds | {interval(Estimate(cell['mean'], cell['low'], cell['high'], cell['n']))} |"
    yield f"| this model | {number(one.record.score(metric))} |"
    for baseline, key in BASELINES.items():
        if getattr(facts, key):
            yield f"| {markdown(opponent(target.results, target.task, baseline))} | {number(cell[key])} |"
    yield ""
    yield f"Skill, where 0 is the trivial baseline and 1 is perfect: {number(cell['skill'])}."


def _advice(target: Target) -> str:
    found = best(target.results, target.task)
    provisional = " (provisional)" if found.provisional else ""
    return markdown(f"Among the architectures compared: {found.verdict}{provisional}. {found.reason}")


def _margin(one: SavedModel, kind: str | None) -> Iterator[str]:
    """Say how to make 90 % prediction intervals or sets, and how many test targets were within."""
    tried = one.record.intervals
    if not tried:
        return
    what, how = "interval", "the prediction -+ `interval_margin` of `preparation.json`"
    if "size" in tried:
        all_of = "all labels" if kind == MULTI_LABEL else "the most probable class and all"
        what, how = "set", f"{all_of} with a probability of at least minus `interval_margin`"
    if one.levels:
        what, how = "interval", "the lowest quantile - `interval_margin` to the highest + `interval_margin`"
    within = ", ".join(f"{100 * share:.1f} %" for share in tried["coverage"])
    yield (
        f"A {100 * tried['level']:g} % prediction {what} is {how}; `predict.py` prints it. The margin is from the "
        f"errors on {tried['validation']} validation targets; of {tried['test']} test targets, {within} were within."
    )


def _limits(target: Target, one: SavedModel, facts: TaskInfo) -> Iterator[str]:
    yield "It was trained on data like its training split, and cannot tell whether new data are like them."
    yield "The interval of the scores shows how training varies, not how far a single prediction may be off."
    yield from _margin(one, facts.kind)
    yield "One search found this configuration; the advice above is about the search, not about this configuration."
    if facts.folds > 1:
        yield "Every test split has a configuration and a model of its own; this is one of them."
    shared = shared_test(target.results, target.task)
    if shared and shared.folds == 1:
        yield "Its scores are from one test split; another way of splitting the data might give others."
    if shared and not shared.known:
        yield "The intervals do not cover what other test examples would have shown."
    if target.architecture not in compare(target.results, target.task).ahead():
        yield f"{target.architecture} is not shown to beat every baseline of the task."
    for handicap in handicaps(target.results, target.task, target.architecture):
        yield f"{markdown(handicap)}."
