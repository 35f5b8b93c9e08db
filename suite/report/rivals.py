"""Rivals: a table of a task's trained baselines, with their scores and what they cost."""

from statistics import fmean
from typing import Any

from suite.report.tables import Table
from suite.results.results import Results
from suite.text import number, several

CAPTION = (
    "Trained baselines of {task} ({scale}), means over {draws}. Each is fitted to the training data and tuned on the "
    "validation data; the best one on the validation data of a draw is the rival in verdicts"
)
COLUMNS = ("Trained baseline", "What it is", "Validation score", "Test score", "CPU seconds", "Best rival")


def rivals(results: Results, task: str) -> Table:
    """Return one row per trained baseline; no rows for older results, which keep the scores of a single one only."""
    facts = results.task(task)
    draws = [one for one in facts.baselines.values() if one.get("rivals")]
    names = dict.fromkeys(name for draw in draws for name in draw["rivals"])
    caption = CAPTION.format(
        task=results.title(task), scale=results.scale(task), draws=several(len(draws), "data draw")
    )
    return Table("rivals", caption, COLUMNS, [_row(name, draws, facts.metric or "") for name in names])


def _row(name: str, draws: list[Any], metric: str) -> list[str]:
    own = [draw["rivals"][name] for draw in draws if name in draw["rivals"]]
    scores = (_mean([one["scores"][split].get(metric) for one in own]) for split in ("validation", "test"))
    best = sum(draw.get("best_rival") == name for draw in draws)
    seconds = _mean([one["seconds"] for one in own])
    return [name, own[0]["words"], *scores, seconds, f"in {best} of {several(len(draws), 'draw')}" if best else ""]


def _mean(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return number(fmean(known) if known else None)
