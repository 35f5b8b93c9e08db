"""Findings: `python tools/findings.py STUDY PAGE ...` writes what a published study found into pages.

A page names each block by a pair of comments, `<!-- study: NAME -->` and `<!-- end of NAME -->`, with a name in BLOCKS.
All between them is replaced. Every number comes from the records of the study and of its variants, the sibling folders.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from known import KNOWN, MORE, NEWER, Known

from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict, Verdict
from suite.analysis.rivals import BASELINES
from suite.claims.judge import Judgement, judge
from suite.claims.tables import first, in_words
from suite.report.expected_scores import baselines, expected_score
from suite.report.findings import find, presented
from suite.report.lead import overall, shown_title, tasks_by_clause
from suite.report.protocol import extent, surroundings
from suite.report.reasons import reasons
from suite.report.task_section import anchor
from suite.results.results import Results, load
from suite.statistics import Estimate
from suite.text import duration, interval, listed, markdown, number

BLOCK = re.compile(r"<!-- study: (?P<name>[a-z-]+) -->\n.*?<!-- end of (?P=name) -->", re.DOTALL)
REPORT = "report/report.md"
AGREES, AGAINST, OPEN, NOT_AGAINST = "as known", "against it", "open", "not against it"

Block = Callable[[Results], Iterator[str]]
BLOCKS: dict[str, Block] = {}


def block(function: Block) -> Block:
    """Register a block: it yields the lines for results."""
    BLOCKS[function.__name__] = function
    return function


def filled(text: str, results: Results, report: str = REPORT) -> str:
    """Return the text of a page with all its blocks written anew. Raise KeyError for a block that does not exist.

    `report` is where the report is, as seen from the page.
    """

    def written(found: re.Match[str]) -> str:
        name = found["name"]
        content = "\n".join(BLOCKS[name](results)).replace(f"]({REPORT}", f"]({report}")
        return f"<!-- study: {name} -->\n\n{content}\n\n<!-- end of {name} -->"

    return BLOCK.sub(written, text)


@block
def answer(results: Results) -> Iterator[str]:
    """What holds on all tasks, and what is shown on each."""
    yield " ".join(overall(results))
    yield ""
    for clause, tasks in tasks_by_clause(results).items():
        yield f"- {listed(linked(results, task, shown_title(results, task)) for task in tasks)}: {clause}."


def linked(results: Results, task: str, title: str) -> str:
    """Return the title of a task with a link to its part of the report, if the report is stored beside the records."""
    return f"[{title}]({REPORT}#{anchor(task)})" if (results.store.root / REPORT).is_file() else title


@block
def claims(results: Results) -> Iterator[str]:
    """A table of the general claims; those about one task are in the report."""
    yield from table(("claim", "verdict", "effect, with its interval"), map(_claim, general(results)))


def general(results: Results) -> list[Judgement]:
    """Return the verdicts on the claims that are not asked anew for each task."""
    each = tuple(f"-{task}" for task in presented(results))
    return [one for one in judge(results) if not one.id.endswith(each)]


def _claim(one: Judgement) -> tuple[str, ...]:
    effect = interval(Estimate(one.effect, one.low, one.high, one.n), f" {one.unit}")
    return one.claim, in_words(one), effect if one.n else "—"


@block
def variants(results: Results) -> Iterator[str]:
    """A table of the general claims in the study and in each of its variants."""
    names = list(results.variants)
    rows = ([one.claim, _told(vars(one)), *(_in_variant(one, name) for name in names)] for one in general(results))
    yield from table(("claim", "main", *names), rows)


def _in_variant(one: Judgement, name: str) -> str:
    found = [_told(check) for check in one.sensitivity if check["what"] == f"variant: {name}"]
    return found[0] if found else "—"


def _told(check: Mapping[str, Any]) -> str:
    """Return a verdict with its effect: "undecided, 0.3 (0.0 to 0.5, n=24)"; a dash without runs."""
    estimate = Estimate(*(check[field] for field in ("effect", "low", "high", "n")))
    return f"{check['verdict']}, {interval(estimate)}" if estimate.n else "—"


@block
def unsettled(results: Results) -> Iterator[str]:
    """What would settle each of the general claims that are undecided."""
    for one in general(results):
        if one.verdict is Verdict.UNDECIDED:
            yield f"- **{one.claim}**: {one.settling or first(one) + f'`{one.command}`'}."


@block
def families(results: Results) -> Iterator[str]:
    """For each family a table of expected scores, then for each of its tasks what is shown, and why it came out so."""
    head = ["task", *map(results.called, results.architectures), "best rival", "trivial baseline"]
    for family in dict.fromkeys(map(results.family, presented(results))):
        tasks = [task for task in presented(results) if results.family(task) == family]
        yield from (f"### {family.capitalize()}", "")
        yield from table(head, ([scale(results, task), *scores(results, task)] for task in tasks))
        yield from ("", *(_shown(results, task) for task in tasks), "")


def scale(results: Results, task: str) -> str:
    """Return a task's title with its metric: "Spoken digits (accuracy, higher is better)"."""
    return f"{results.title(task)} ({results.scale(task).replace('_', ' ')})"


def scores(results: Results, task: str) -> list[str]:
    """Return the expected test scores of all architectures on a task, and those of the best rival and the baseline."""
    each = [expected_score(results, task, name) for name in results.architectures]
    trivial, trained = baselines(results, task)
    beside = ((trained, " or ".join(results.task(task).best_rivals.values())), (trivial, results.task(task).baseline))
    return [
        *(interval(score) if score.n else "—" for score in each),
        *(f"{number(score)} ({name})" if isfinite(score) else "—" for score, name in beside),
    ]


def _shown(results: Results, task: str) -> str:
    return " ".join(
        [f"- **{linked(results, task, results.title(task))}.**", find(results, task).headline, *reasons(results, task)]
    )


@block
def known(results: Results) -> Iterator[str]:
    """A table of known results: published, here, and whether they agree."""
    rows = (_known(one, part) for part, one in _parts(results))
    yield from table(("known", "source", "here", "verdict"), rows)


@block
def against(results: Results) -> Iterator[str]:
    """For each known result that did not come out: what came out instead, and what the records say about the reason."""
    found = [line for part, one in _parts(results) for line in _against(part, one)]
    yield from found or ["Nothing that these runs can decide."]


def _against(results: Results, one: Known) -> Iterator[str]:
    tasks = [task for task in _tasks(one, results) if _agreement(one, results, task).startswith(AGAINST)]
    if tasks:
        yield f"- **{one.what}** ({one.source}): {agreement(one, results, tasks)}."
        yield from (f"  {why}" for task in tasks for why in reasons(results, task))


def parts(results: Results) -> dict[str, Results]:
    """Return the parts of the study: the main one, called "", its variants, and the one with newer architectures."""
    root = results.store.root
    newer = root.with_name(f"{root.name}-newer")
    return {"": results, **results.variants} | ({NEWER: load(newer)} if newer.is_dir() else {})


def _parts(results: Results) -> Iterator[tuple[Results, Known]]:
    """Yield each known result that a part of the study tests, with the results of this part."""
    found = parts(results)
    yield from ((found[one.variant], one) for one in KNOWN if one.variant in found)


def _tasks(one: Known, results: Results) -> list[str]:
    return [task for task in one.tasks if task in results.task_names]


def _known(one: Known, results: Results) -> tuple[str, ...]:
    tasks = _tasks(one, results)
    here = "; ".join(f"{scale(results, task)}: {listed(_scores(results, task))}" for task in tasks)
    where = f" ({one.variant})" if one.variant else ""
    return one.what, one.source, f"{here}{where}", agreement(one, results, tasks)


def _scores(results: Results, task: str) -> list[str]:
    names = [*map(results.called, results.architectures), "the best rival", "the trivial baseline"]
    return [f"{name} {score}" for name, score in zip(names, scores(results, task), strict=True)]


def agreement(one: Known, results: Results, tasks: Sequence[str]) -> str:
    """Return whether the comparisons agree with a known result, with the tasks on which they do not."""
    verdicts = {task: _agreement(one, results, task) for task in tasks}
    if len(set(verdicts.values())) == 1:
        return next(iter(verdicts.values()))
    return "; ".join(f"{results.title(task)}: {verdict}" for task, verdict in verdicts.items())


def _agreement(one: Known, results: Results, task: str) -> str:
    found = [agrees(relation, _related(results, task, first, second)) for first, relation, second in one.expected]
    if AGAINST in found:
        pairs = [pair for pair, verdict in zip(one.expected, found, strict=True) if verdict == AGAINST]
        return f"{AGAINST}: {listed(_pair(results, *pair) for pair in pairs)}"
    return next(verdict for verdict in (OPEN, NOT_AGAINST, AGREES) if verdict in found)


def agrees(relation: str, pair: Comparison | None) -> str:
    """Return whether a comparison agrees that the first beats the second, or that it does not.

    An undecided comparison does not show that the first does not beat the second, so it does not agree with that.
    """
    if pair is None or pair.verdict is PairVerdict.TOO_FEW:
        return OPEN
    if pair.verdict is PairVerdict.BETTER:
        return AGREES if relation == MORE else AGAINST
    if pair.verdict in (PairVerdict.WORSE, PairVerdict.EQUAL):
        return AGAINST if relation == MORE else AGREES
    return OPEN if relation == MORE else NOT_AGAINST


def _pair(results: Results, first: str, relation: str, second: str) -> str:
    other = {"baseline": "the trivial baseline", "trained_baseline": "the best rival"}.get(BASELINES.get(second, ""))
    verb = "does not beat" if relation == MORE else "beats"
    return f"{results.the(first)} {verb} {other or results.the(second)}"


def _related(results: Results, task: str, first: str, second: str) -> Comparison | None:
    found = compare(results, task)
    if second not in BASELINES:
        return found.related(first, second)
    return next((one for one in (*found.trivial, *found.trained) if (one.first, one.second) == (first, second)), None)


@block
def made(results: Results) -> Iterator[str]:
    """How the study was made: its extent, versions, machine and time, part by part."""
    rows = []
    for name, part in parts(results).items():
        spent = sum(record.worked for record in part.records)
        rows.append((name or "main", part.store.root.name, extent(part), duration(spent)))
    yield from table(("part", "folder", "what", "time of one worker"), rows)
    yield ""
    yield from (f"- {name}: {value}" for name, value in surroundings(results))


def table(head: Sequence[str], rows: Iterator[Sequence[str]] | list) -> Iterator[str]:
    """Yield the lines of a table."""
    yield _line(head)
    yield _line(["---"] * len(head))
    yield from (_line([str(markdown(cell)) for cell in row]) for row in rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    study, *pages = sys.argv[1:]
    for page in map(Path, pages):
        report = Path(os.path.relpath(Path(study, REPORT), page.parent)).as_posix()
        page.write_text(filled(page.read_text(encoding="utf-8"), load(study), report), encoding="utf-8")
