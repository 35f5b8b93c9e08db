"""Protocol: how an experiment was done, which runs failed or are missing, and the command that repeats it."""

from collections import Counter
from itertools import product

from suite.analysis.replicates import replicates
from suite.experiment.expected_runs import expected_runs, idle, missing_runs
from suite.recipes.loss import usual_loss
from suite.recipes.recipe import SEARCHABLE
from suite.report import looks as planned_looks
from suite.report.page import Content, Page, section
from suite.results.agreement import DEVICE
from suite.results.results import Results
from suite.results.statuses import Status
from suite.results.task_info import TaskInfo
from suite.tasks.kinds import KINDS
from suite.text import listed, number, several

SHOWN = 3  # of the cells that lack runs, in one line
SETTINGS = {
    "variant_of": "variant of",
    "variant": "what is varied",
    "search": "search",
    "search_note": "note on the search",
    "trials": "trials per cell",
    "looks": "planned looks, in trials per cell",
    "best_of": "trials of the search that verdicts are about",
    "epochs": "maximum number of epochs per run",
    "patience": "epochs without improvement after which a run stops, once it has begun to learn",
    "seeds": "final runs per cell",
    "folds": "test splits of every task that has several",
    "match": "sizes matched by",
    "weights": "weight budget of every architecture",
    "examples": "training examples of generated tasks",
    "search_seed": "search seed",
    "search_space": "search ranges that were narrowed",
    "hyperparameters": "hyperparameters given instead of searched",
    "margin": "margin of practical equality, in skill",
    "loss": "loss",
    "quantiles": "levels of the quantiles predicted",
    "optimizer": "optimizer",
    "schedule": "schedule of the learning rate",
    "clip_norm": "norm at which gradients are clipped",
    "weight_decay": "weight decay",
    "precision": "precision",
    "threads": "threads per run",
}


@section("done", "How it was done")
def protocol(page: Page) -> Content:
    """Return how the experiment was done, which runs failed or are missing, the command and the citation."""
    results = page.results
    shown = (manner, settings, surroundings, data, failures, missing, citation)
    made = {one.__name__: one(results) for one in shown} | {"account": paragraphs(results)[1:]}
    return made | {"looks": planned_looks.rows(results), "command": results.command}


def paragraphs(results: Results) -> list[str]:
    """Return the paragraphs of the experiment's description: the first leads the report, the others open this part."""
    return results.experiment.description.split("\n\n")


def extent(results: Results) -> str:
    """Say in one line how many runs there are, how many lack a score, and which are missing."""
    tasks, architectures = several(len(results.task_names), "task"), several(len(results.architectures), "architecture")
    parts = [f"{several(len(results.records), 'run')} of {architectures} on {tasks}"]
    lost, cells = failures(results), missing(results)
    parts += [f"{several(len(lost), 'run')} without a score"] if lost else []
    if cells:
        more = [several(len(cells) - SHOWN, "more cell")] if len(cells) > SHOWN else []
        parts.append(f"missing: {'; '.join([*cells[:SHOWN], *more])}")
    return "; ".join(parts)


def manner(results: Results) -> list[str]:
    """Say how this experiment chose its configurations and how it trained and scored its final runs."""
    cells = _cells(results)
    searched = sum(expected_runs(results.experiment, *cell)["trial"] > 0 for cell in cells)
    return [
        _search(len(cells), searched, bool(results.experiment.hyperparameters), bool(results.experiment.looks))
        if results.experiment.tasks
        else "How the configuration of a cell was found is not known, because experiment.json is missing.",
        *_replicates(results),
        *_folds(results),
        *planned_looks.sentences(results),
        "The configuration is then trained with fresh seeds, and each of these final runs is scored once on the test "
        "data. Final run k has the same data and the same seed for its initial weights in every architecture. Final "
        "runs show how much seeds matter for the configuration that will be used.",
        *lacking(results),
    ]


def lacking(results: Results) -> list[str]:
    """Say which architectures have no saved model, gradient flow or score on a further test set, and why."""
    found = ((record, what, why) for record in results.records for what, why in record.lacking.items())
    named = {(what, why, results.the(record.architecture)): None for record, what, why in found}
    return [f"There is no {what} of {architecture}: {why}." for what, why, architecture in named]


def _folds(results: Results) -> list[str]:
    """Say how runs took turns with several test splits; [] if every task has one."""
    folds = {facts.folds for task in results.task_names if (facts := results.task(task)).folds > 1}
    if not folds:
        return []
    count = max(folds)
    return [
        f"Runs take turns with {count} test splits of every task that has several: run k has test split k modulo "
        f"{count}, in every architecture. A final run has the best configuration among the trials with its own split, "
        "so that nothing it is tested on was used to choose it."
    ]


def _replicates(results: Results) -> list[str]:
    """Say how trials became the replicates that verdicts rest on; [] if they are not."""
    if not any(replicates(results, task).role == "trial" for task in results.task_names):
        return []
    return [
        "Every trial drew its configuration, data and initial weights anew and was also scored on test data, which "
        "nothing that searches or stops reads. Trial k has the same data and the same seed for its initial weights in "
        f"every architecture. Verdicts are about the best of {several(results.experiment.best_of, 'trial')}."
    ]


def _search(cells: int, searched: int, given: bool, looks: bool) -> str:
    every = "every cell (a task with an architecture)"
    if searched == cells:
        chosen = "its configuration is that of the best trial on validation data"
        return f"{every.capitalize()} is searched{'' if looks else ' with the same number of trials'}; {chosen}."
    if searched:
        return (
            f"Of {several(cells, 'cell')} (each a task with an architecture), {searched} are searched with the same "
            "number of trials, and the best trial on validation data gives the configuration; the others were given "
            "theirs."
        )
    return f"Nothing is searched: {every} {'was given its' if given else 'has its default'} configuration."


def settings(results: Results) -> list[tuple[str, str]]:
    """Return (name, value) rows: the experiment's settings, the number of runs by status, and the training time."""
    declared = results.experiment
    unused = {*idle(declared), *(["best_of"] * (not declared.best_of))} if declared.tasks else {*SETTINGS}
    unused |= {"trials"} if declared.looks else set()
    given = {key: getattr(declared, key) for key in SETTINGS if key not in unused}
    given |= {key: ", ".join(map(str, value)) for key, value in given.items() if isinstance(value, list | tuple)}
    given |= {"loss": _losses(results)} if declared.tasks else {}
    given |= {name: "searched" for name in SEARCHABLE if name in declared.search_space and name in given}
    rows = [(SETTINGS[key], str(value)) for key, value in given.items() if value not in (None, {}, "")]
    runs = results.runs
    statuses = Counter(zip(runs["role"], runs["status"], strict=True))
    rows += [(f"{role} runs, {status}", str(count)) for (role, status), count in sorted(statuses.items())]
    return [*rows, ("time spent training", f"{number(runs['seconds'].sum() / 60)} minutes")]


def _losses(results: Results) -> str:
    """Return the loss of every kind of task."""
    kinds = dict.fromkeys(facts.kind for task in results.task_names if (facts := results.task(task)).kind in KINDS)
    return ", ".join(f"{results.experiment.loss.get(kind) or usual_loss(kind)} for {kind}" for kind in kinds if kind)


def surroundings(results: Results) -> list[tuple[str, str]]:
    """Return the software versions and the machine of the experiment or, if unknown, of the latest record."""
    latest = max(results.records, key=lambda record: record.finished or "", default=results.experiment)
    sources = (results.experiment.versions or latest.versions, results.experiment.machine or latest.machine)
    facts = [(str(name), str(value)) for source in sources for name, value in source.items()]
    return [*facts, *_other_machines(results)]


def _other_machines(results: Results) -> list[tuple[str, str]]:
    """Say by which facts machines differ if several made the records: each gives other last digits to a sum."""
    values = {name: {str(record.machine.get(name)) for record in results.records} for name in DEVICE}
    differ = [name for name, found in values.items() if len(found) > 1]
    return [("other machines", f"made some runs; they differ in {listed(differ)}")] if differ else []


def data(results: Results) -> list[dict[str, str]]:
    """Return the description and the data of every task: sizes, checksums, source and licence."""
    return [{"task": task, "title": results.title(task)} | _data(results.task(task)) for task in results.task_names]


def _data(facts: TaskInfo) -> dict[str, str]:
    sizes = ", ".join(f"{name} {size}" for name, size in facts.sizes.items())
    words = {key: getattr(facts, key) or "—" for key in ("family", "description", "source", "licence")}
    drawn = [one.get("checksum") or "" for one in facts.baselines.values()]
    sums = ", ".join(f"{checksum[:12]}…" for checksum in drawn[:3]) + (f" and {len(drawn) - 3} more" * (len(drawn) > 3))
    return {"sizes": sizes or "—", "checksums": sums or "—"} | words


def failures(results: Results) -> list[tuple[str, str, str]]:
    """Return (id, status, message) for every run without a score and for every unreadable record."""
    runs = results.evidence
    failed = runs[(runs["status"] != Status.OK) | (runs["score"].isna() & runs["metric"].notna())]
    reasons = failed["error"].fillna("no score in the headline metric")
    rows = zip(failed["id"], failed["status"], reasons, strict=True)
    return [*rows, *((name, "unreadable", why) for name, why in results.unreadable.items())]


def missing(results: Results) -> list[str]:
    """Return each cell that lacks runs, with the number of missing runs of each role."""
    lacking = {cell: missing_runs(results.experiment, *cell, results.made) for cell in _cells(results)}
    return [
        f"{results.title(task)}, {results.called(name)}: "
        f"{listed(several(count, f'{role} run') for role, count in roles.items() if count)}"
        for (task, name), roles in lacking.items()
        if any(roles.values())
    ]


def _cells(results: Results) -> list[tuple[str, str]]:
    """Return the (task, architecture) pairs in which the architecture applies to the task."""
    cells = product(results.task_names, results.architectures)
    return [cell for cell in cells if "/".join(cell) not in results.does_not_apply]


def citation(results: Results) -> str:
    """Return how to cite these results: the experiment, the version of the suite and the date."""
    finished = max((record.finished or "" for record in results.records), default="")
    made = f"Sequence Suite {results.experiment.versions.get('sequence-suite') or ''}".strip()
    when = f", finished {finished[:10]}" if finished else ""
    return f"Experiment '{results.experiment.name or results.store.root.name}', made with {made}{when}."
