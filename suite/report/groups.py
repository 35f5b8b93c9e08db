"""Groups: tables of the scores of each group of test examples, such as speakers or tickers, and of each class."""

from suite.analysis.groups import RIGHT_OR_WRONG, TRIVIAL, by_group
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import number

HEADS = {"group": "Group", "class": "True class"}
MOST = 20  # with more groups, only those with the lowest and the highest scores are listed


def groups(results: Results, task: str) -> list[Table]:
    """Return one table per kind of group with at least two members: its scores by architecture."""
    return [made for kind in HEADS if len((made := _table(results, task, kind)).rows) > 1]


def _table(results: Results, task: str, kind: str) -> Table:
    found = by_group(results, task, kind)
    names = [name for name in found if name != "examples"]
    if len(found) > MOST:
        order = found[names[1:]].mean(axis=1).sort_values().index
        found = found.loc[[*order[: MOST // 2], *order[-MOST // 2 :]]]
    metric = results.headline(task).name
    what = "share of right predictions" if metric in RIGHT_OR_WRONG else metric
    part = f", the {MOST // 2} lowest and the {MOST // 2} highest" if len(found) == MOST else ""
    rows = [
        [str(name), str(int(one["examples"])), *(number(float(f"{one[each]:.3g}")) for each in names)]
        for name, one in found.iterrows()
    ]
    columns = [HEADS[kind], "Test examples", *("trivial baseline" if name == TRIVIAL else name for name in names)]
    caption = f"Scores by {HEADS[kind].lower()} on {task} ({what}), means of the runs that a search would choose{part}"
    return Table(f"by-{kind}", caption, columns, rows)
