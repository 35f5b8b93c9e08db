"""Terminal: a short version of the report with the answer, the claims and the scores."""

from typing import Any

from suite.claims.judge import Judgement, judge
from suite.claims.tables import in_words
from suite.report.headline import Answer, advice, answers, power
from suite.report.lead import judged, lead
from suite.report.reasons import reasons
from suite.report.scores import Row, matrix
from suite.results.results import Results
from suite.text import columns, label

MOST_ROWS = 20
LONGEST = 1_000  # letters of a sentence
MARKS = {"best": " *", "equal": " ="}


def brief(results: Results) -> list[str]:
    """Return the lines of the short report: the answers, what to use, the verdicts on claims and the scores."""
    recommended = [f"  {label(f'{one.family}: {one.accurate}', LONGEST)}" for one in advice(results)]
    parts = [
        [label(sentence, LONGEST) for sentence in lead(results)],
        [line for one in answers(results) for line in _family(one)],
        [power(results)] if power(results) else [],
        ["What to use:", *recommended] if recommended else [],
        _reasons(results),
        _claims(judge(results)),
        _scores(results, matrix(results)),
    ]
    return [line for part in parts for line in (*part, "") if part]


def _family(one: Answer) -> list[str]:
    """Return one line per sentence of an answer; the first names the family."""
    first, *others = (label(sentence, LONGEST) for sentence in one.sentences)
    return [f"{label(one.family)}: {first}", *(f"  {sentence}" for sentence in others)]


def _reasons(results: Results) -> list[str]:
    """Return one line per reason for what a task shows, for the first MOST_ROWS reasons."""
    lines = [
        f"  {results.title(task)}: {label(one, LONGEST)}" for task in judged(results) for one in reasons(results, task)
    ]
    return ["Why, and what next:", *lines[:MOST_ROWS]] if lines else []


def _claims(verdicts: list[Judgement]) -> list[str]:
    """Return one line per claim for which there are runs, at most MOST_ROWS."""
    lines = [f"  {in_words(one)}: {label(one.claim, 400)}" for one in verdicts if one.n]
    more = [f"  and {len(lines) - MOST_ROWS} more in the report"] if len(lines) > MOST_ROWS else []
    return ["Claims:", *lines[:MOST_ROWS], *more] if lines else []


def _scores(results: Results, rows: list[Row]) -> list[str]:
    """Return lines with a table of expected test scores; "*" marks a recommended one, "=" those practically equal."""
    table: list[tuple[Any, ...]] = [
        ("task", "metric", "trivial", "trained", *(label(results.called(name), 24) for name in results.architectures))
    ]
    for row in rows[:MOST_ROWS]:
        scores = (entry.score.split(" (")[0] + MARKS.get(entry.mark, "") for entry in row.entries)
        what = label(f"{row.metric},{row.scale.partition(';')[2]}", 48) if row.metric else "unknown"
        levels = (part.split(" (")[0] for part in (row.baseline, row.trained))
        table.append((label(results.title(row.task), 32), what, *levels, *scores))
    more = [f"  and {len(rows) - MOST_ROWS} more tasks in the report"] if len(rows) > MOST_ROWS else []
    marks = "on test data; * is recommended, = is practically equal to it"
    return [f"Scores ({marks}):", *(f"  {line}" for line in columns(table)), *more] if rows else []
