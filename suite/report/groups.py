"""Groups: tables of the scores of each group of test examples, such as speakers or tickers, and of each class."""

from suite.analysis.groups import TRIVIAL, by_group, metric_of
from suite.report.naming import cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import number

HEADS = {"group": "Group", "class": "True class"}
MOST = 20  # with more groups, only those with the lowest and the highest scores are listed


def groups(results: Results, task: str) -> list[Table]:
    """Return one table for each kind of group (group, class) that has at least two groups: scores by architecture."""
    return [made for kind in HEADS if len((made := _table(results, task, kind)).rows) > 1]


def _table(results: Results, task: str, kind: str) -> Table:
    found = by_group(results, task, kind)
    names, part = [name for name in found if name != "examples"], ""
    if len(found) > MOST:
        part = f", the {MOST // 2} lowest and the {MOST // 2} highest"
        order = found[[name for name in names if name != TRIVIAL]].mean(axis=1).sort_values().index
        found = found.loc[[*order[: MOST // 2], *order[-MOST // 2 :]]]
    runs = "the runs that a search would choose" if results.headline(task).per_target else "the final runs"
    rows = [
        [str(name), str(int(one["examples"])), *(number(one[each]) for each in names)] for name, one in found.iterrows()
    ]
    columns = [
        HEADS[kind],
        "Test examples",
        *("trivial baseline" if name == TRIVIAL else cell(results, name) for name in names),
    ]
    metric = metric_of(results, task)
    what = f"Scores by {HEADS[kind].lower()} on {results.title(task)} ({metric.replace('_', ' ')})"
    if (kind, metric) == ("class", "accuracy"):  # the accuracy within a class is its recall
        what = f"Recall of each class on {results.title(task)}"
    caption = f"{what}, means of {runs}{part}"
    return Table(f"by-{kind}", caption, columns, rows)
