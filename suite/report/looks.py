"""Looks: after which planned number of trials each task stopped, and how many runs that saved."""

from suite.analysis.looks import Look, last_look, runs
from suite.results.results import Results
from suite.text import listed, several


def sentences(results: Results) -> list[str]:
    """Say how verdicts were looked at and what that saved; [] without planned looks."""
    planned = results.experiment.looks
    if not planned:
        return []
    return [
        f"All cells of a task have the same number of trials. After {listed(map(str, planned))} of them, verdicts on "
        "the task were looked at, and it got more trials only while a comparison was undecided or provisional. The "
        "joint intervals hold at all looks together.",
        *_saved(results),
    ]


def rows(results: Results) -> list[tuple[str, str, str, str, str]]:
    """Return task, last look, trials per cell, outcome, and runs made of those at the last look, for each task."""
    found = {task: last_look(results, task) for task in results.task_names if results.experiment.looks}
    return [(results.title(task), *_row(results, look)) for task, look in found.items()]


def _row(results: Results, look: Look | None) -> tuple[str, str, str, str]:
    if look is None:
        return "none yet", "—", "—", "—"
    made, all_of_them = runs(results, look)
    number = f"{look.number} of {len(look.planned)}"
    return number, str(look.trials), _outcome(look), f"{made} of {all_of_them}"


def _outcome(look: Look) -> str:
    if not look.open:
        return "none open"
    still = f"{several(len(look.open), 'comparison')} open"
    return f"{still}; goes on to {look.following} trials" if look.following else still


def _saved(results: Results) -> list[str]:
    """Say how many runs the looks saved so far."""
    looks = [look for task in results.task_names if (look := last_look(results, task))]
    ended = [runs(results, look) for look in looks if look.following is None]
    made, all_of_them = (sum(counts) for counts in zip(*ended, strict=True)) if ended else (0, 0)
    if made == all_of_them:
        return []
    return [f"The {several(len(ended), 'task')} that stopped took {made} runs instead of {all_of_them}."]
