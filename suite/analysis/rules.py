"""Rules: say in sentences what verdicts are about and how they are reached."""

from suite.analysis import contrasts
from suite.analysis.replicates import Replicates, replicates
from suite.results.results import Results
from suite.statistics import MARGIN


def basis(results: Results, task: str) -> str:
    """Say in a sentence what the verdicts on a task are about."""
    found = replicates(results, task)
    if found.role == "trial":
        return about_trials(found)
    if found.role == "search":
        return (
            "Verdicts are about the procedure: a whole search and the training of its winner, repeated with "
            f"{len(found.test)} search seeds. They hold for other searches."
        )
    if found.one_search:
        what, why = "the configurations that one search found", "Another search may find others"
    else:
        what, why = "the given configurations", "Rare failures may not have occurred yet"
    return f"Verdicts are about {what}, trained with other seeds. {why}: provisional at most."


def about_trials(found: Replicates) -> str:
    """Say what verdicts from independent trials are about."""
    return (
        f"Verdicts are about the procedure: a random search of {found.n} trials, the best of them chosen on validation "
        "data and scored on test data. They hold for other draws of configurations, data and initial weights."
    )


def rules(margin: float = MARGIN) -> tuple[str, ...]:
    """Return the rules by which differences in skill get their verdicts, as one string per rule."""
    few, firm, single = contrasts.FEWEST_TRIALS, contrasts.FIRM_TRIALS, contrasts.FIRM_SINGLE
    return (
        "What is compared is the best of n: the expected test score of the trial that validation data would choose "
        "among n random trials. Every trial draws its configuration, data and initial weights anew, so the intervals "
        "show how another search would vary.",
        f"Better or worse: the whole joint interval lies beyond {margin:g} of skill.",
        f"Practically equal: the whole joint interval lies within {margin:g} of skill on both sides of 0. On a task "
        "with a threshold, the chance of solving it must also differ by less than 0.1.",
        "Undecided: everything else.",
        "The joint intervals hold simultaneously, with 95 % confidence, for everything that the report states: all "
        "pairs, baselines, families and claims.",
        f"With fewer than {few} trials, or if n is more than a third of them, there is no verdict. Verdicts are firm "
        f"with at least {firm} trials ({single} if n is 1) if n is at most a sixth of them; otherwise they are "
        "provisional.",
        "Verdicts from final runs alone, without independent trials, are about given configurations or those that one "
        "search found; they are provisional.",
        "A failed run counts as the worst outcome: a search never chooses it, and its skill is the lowest of its cell, "
        "at most 0.",
        "Undecided at this budget: the runs that a search would choose never began to learn, were still improving when "
        "the budget ended, have a learning rate at the edge of its range, or miss the weight budget. Where one leads, "
        "this counts only for the one behind: a lead despite such a handicap stands.",
        "On real data, an interval is the wider of two: for other trials, and for other test examples; there, each "
        "speaker or other group counts as one observation, and dates count in blocks. Verdicts on a task with a single "
        "test split say so, because another split might decide otherwise.",
    )
